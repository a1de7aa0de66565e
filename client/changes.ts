import type { Change } from '../shared/contract/events.ts';
import { CrunchError } from '../shared/errors/crunch-error.ts';
import type { CallOptions, CrunchClient } from './create-client.ts';
import { pause } from './send-with-retries.ts';

const RECONNECT_MS = 2000;

/**
 * What changes on a server, for ever: a lost connection is made again. After each connection comes a change that names
 * nothing, since anything may have changed before. Throws what a new attempt would not mend, such as `not-signed-in`,
 * and `interrupted` when the signal is aborted.
 */
export async function* changesOf(
  client: CrunchClient,
  input: Parameters<CrunchClient['streamEvents']>[0] = {},
  { signal = new AbortController().signal }: CallOptions = {},
): AsyncGenerator<Change> {
  for (;;) {
    try {
      const changes = await client.streamEvents(input, { signal });
      yield {};
      yield* changes;
    } catch (error) {
      if (!(error instanceof CrunchError) || !error.retryable) throw error;
    }
    await pause(RECONNECT_MS, signal);
  }
}
