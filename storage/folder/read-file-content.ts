import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import type { ObjectInfo } from '../storage.ts';
import { throwIfAborted } from '../../platform/throw-if-aborted.ts';
import { folderError } from './folder-error.ts';

const CHUNK_BYTES = 256 * 1024;

/** Streams an open file from `offset` to the size that it had when it was opened, and closes it. */
export function readFileContent(handle: FileHandle, info: ObjectInfo, offset: number, signal?: AbortSignal): Readable {
  const stream = Readable.from(readChunks(handle, info, offset, signal), { objectMode: false });
  return stream.once('close', () => void handle.close());
}

async function* readChunks(
  handle: FileHandle,
  { path, sizeBytes }: ObjectInfo,
  offset: number,
  signal?: AbortSignal,
): AsyncGenerator<Buffer> {
  for (let position = offset; position < sizeBytes;) {
    throwIfAborted(signal);
    const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, sizeBytes - position));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, position).catch((error: unknown) => {
      throw folderError(error, path);
    });
    if (bytesRead === 0) throw new CrunchError('storage-unavailable', `The file ${path} was cut short while read.`);
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}
