import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';

/**
 * The bytes of an answer, whose failures `translate` turns into the storage's own. Node itself notices when fewer come
 * than the answer's head says. Destroying the stream ends the connection.
 */
export function contentStream(response: IncomingMessage, translate: (error: unknown) => Error): Readable {
  const stream = Readable.from(readChunks(response, translate), { objectMode: false });
  return stream.once('close', () => response.destroy());
}

/** The size of the whole object of which an answer brings all or the rest. */
export function wholeSizeBytes({ headers }: IncomingMessage): number {
  return Number(headers['content-range']?.split('/')[1] ?? headers['content-length']);
}

async function* readChunks(response: IncomingMessage, translate: (error: unknown) => Error): AsyncGenerator<Buffer> {
  try {
    yield* response;
  } catch (error) {
    throw translate(error);
  }
}
