import type { Endpoint } from '../shared/contract/endpoint.ts';
import { KEEP_ALIVE_MS } from '../shared/contract/events.ts';
import { problemError } from '../shared/contract/problem-error.ts';
import { CrunchError } from '../shared/errors/crunch-error.ts';
import { noticeSilence } from './notice-silence.ts';
import { readEvents } from './read-events.ts';
import { unreachable } from './send-with-retries.ts';

/** A network that is slow for a while is not lost. */
const MOST_SILENCE_MS = 3 * KEEP_ALIVE_MS;

/** What an operation gives, taken from the server's answer. Throws the error that a problem document describes. */
export async function readAnswer(response: Response, endpoint: Endpoint, server: string): Promise<unknown> {
  if (!response.ok) {
    throw problemError(await readJson(response, server), response.status) ?? stranger(response, server);
  }
  const { response: shape } = endpoint;
  if (shape === undefined) {
    await response.body?.cancel();
    return undefined;
  }
  if (shape === 'bytes' || 'lines' in shape || 'features' in shape) return translateErrors(response, server);
  if ('events' in shape) return readEvents(noticeSilence(translateErrors(response, server), MOST_SILENCE_MS));
  const answer = await readJson(response, server);
  if (answer === undefined) throw stranger(response, server);
  return answer;
}

/** Undefined for what is not JSON, such as the page of a proxy. */
async function readJson(response: Response, server: string): Promise<unknown> {
  const text = await response.text().catch((error: unknown) => {
    throw unreachable(server, error);
  });
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function stranger(response: Response, server: string): CrunchError {
  return new CrunchError(
    'api-unreachable',
    `What answers at ${server} is not a Crunch server, or something stands before it (HTTP ${response.status}). ` +
      'Check the address.',
  );
}

/** The body, which fails with `api-unreachable` when the connection breaks on the way. */
function translateErrors(response: Response, server: string): ReadableStream<Uint8Array<ArrayBuffer>> {
  const reader = (response.body ?? new Blob([]).stream()).getReader();
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        const { done, value } = await reader.read().catch((error: unknown) => {
          throw unreachable(server, error);
        });
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}
