import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { CrunchError, messageOf } from '../../shared/errors/crunch-error.ts';

interface Expected {
  /** The file's path in the dataset, for messages. */
  path: string;
  /** Bytes; null when nobody knows. */
  size: number | null;
  /** Null when nobody knows it. */
  sha256: string | null;
  signal: AbortSignal;
  /** Told the size of each piece that arrived. */
  count(sizeBytes: number): void;
}

/**
 * Writes a stream under a name of its own beside the target, verifies it, and moves it into place. Whatever happens,
 * the target is the old file or the new one, never a part. Throws `storage-corrupt`, `host-disk-full`.
 */
export async function placeFile(body: ReadableStream<Uint8Array>, target: string, expected: Expected): Promise<void> {
  const draft = join(dirname(target), `.crunch-${randomUUID()}.part`);
  const hash = createHash('sha256');
  let sizeBytes = 0;
  async function* watch(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      hash.update(chunk);
      sizeBytes += chunk.length;
      expected.count(chunk.length);
      yield chunk;
    }
  }
  try {
    await pipeline(body, watch, createWriteStream(draft, { flags: 'wx' }), { signal: expected.signal });
    verify(expected, sizeBytes, hash.digest('hex'));
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { force: true });
    throw translateError(error, target, expected.signal);
  }
}

function verify({ path, size, sha256 }: Expected, sizeBytes: number, checksum: string): void {
  if (size !== null && sizeBytes !== size) {
    throw new CrunchError('storage-corrupt', `${path} arrived with ${sizeBytes} bytes instead of ${size}.`);
  }
  if (sha256 !== null && checksum !== sha256) {
    throw new CrunchError('storage-corrupt', `${path} arrived with the SHA-256 ${checksum} instead of ${sha256}.`);
  }
}

function translateError(error: unknown, target: string, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (error instanceof CrunchError) return error;
  const code = (error as NodeJS.ErrnoException).code === 'ENOSPC' ? 'host-disk-full' : 'invalid-input';
  return new CrunchError(code, `Cannot write ${target}: ${messageOf(error)}.`, { cause: error });
}
