import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { throwIfAborted } from '../../platform/throw-if-aborted.ts';
import { workspaceError } from './workspace-error.ts';

const CHUNK_BYTES = 256 * 1024;

/** The first `sizeBytes` of a file in a workspace, or all of it when it is shorter. */
export async function* readFileBytes(file: string, sizeBytes: number): AsyncGenerator<Buffer> {
  try {
    // Not blocking: a FIFO that has taken the file's place must not hang the reader.
    const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      for (let position = 0; position < sizeBytes;) {
        const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, sizeBytes - position));
        const { bytesRead } = await handle.read(buffer, 0, buffer.length, position);
        if (bytesRead === 0) return;
        position += bytesRead;
        yield buffer.subarray(0, bytesRead);
      }
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw workspaceError(error, file);
  }
}

interface HashOptions {
  signal: AbortSignal;
  /** Called while bytes are read. */
  onBytes: () => void;
}

/** The SHA-256 of the first `sizeBytes` of a file in a workspace. */
export async function hashFileBytes(file: string, sizeBytes: number, options: HashOptions): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of readFileBytes(file, sizeBytes)) {
    throwIfAborted(options.signal);
    hash.update(chunk);
    options.onBytes();
  }
  return hash.digest('hex');
}
