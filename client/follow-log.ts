import type { LogNews } from '../shared/contract/logs.ts';
import { CrunchError } from '../shared/errors/crunch-error.ts';
import type { CallOptions, CrunchClient } from './create-client.ts';
import { pause } from './send-with-retries.ts';

const RECONNECT_MS = 1000;

/**
 * What a run prints, from the line behind `cursor` on, until the run is over: each line once, also when the connection is
 * lost and made again. Throws what a new attempt would not mend, such as `not-found`, and `interrupted` when the signal
 * is aborted.
 */
export async function* followLog(
  client: CrunchClient,
  { params, query = {} }: Omit<Parameters<CrunchClient['followLog']>[0], 'headers'>,
  { signal = new AbortController().signal }: CallOptions = {},
): AsyncGenerator<LogNews> {
  let { cursor, run } = query;
  for (;;) {
    try {
      for await (const news of await client.followLog({ params, query: { run, cursor } }, { signal })) {
        yield news;
        // The next run would have other lines of the same numbers.
        run = news.run.number;
        cursor = String(news.items.at(-1)?.number ?? cursor ?? 0);
        if (news.isEnd) return;
      }
    } catch (error) {
      if (!(error instanceof CrunchError) || !error.retryable) throw error;
    }
    await pause(RECONNECT_MS, signal);
  }
}
