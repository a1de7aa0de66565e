import { CrunchError } from '../shared/errors/crunch-error.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * The bytes of a server that promised signs of life. The stream fails with `api-unreachable` when none came for
 * `mostMs`: a network that is gone says nothing.
 */
export function noticeSilence(body: ReadableStream<Bytes>, mostMs: number): ReadableStream<Bytes> {
  const reader = body.getReader();
  return new ReadableStream<Bytes>(
    {
      async pull(controller) {
        const silence = new AbortController();
        const timer = setTimeout(() => {
          silence.abort(new CrunchError('api-unreachable', `The server has said nothing for ${mostMs / 1000} s.`));
          // It ends the wait below; what else comes of it is of no use.
          reader.cancel().catch(() => undefined);
        }, mostMs);
        const { done, value } = await reader.read().finally(() => clearTimeout(timer));
        silence.signal.throwIfAborted();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}
