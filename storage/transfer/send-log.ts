import { Readable } from 'node:stream';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { isSameState } from './file-state.ts';
import { hashFileBytes, readFileBytes } from './read-file-bytes.ts';
import type { SendOptions } from './send-file.ts';
import type { LocalFile } from './walk-workspace.ts';

/**
 * Sends a log as long as it is now; it may still grow. False when it was rewritten meanwhile: no run fails for a log.
 */
export async function sendLog({ path, realPath, state }: LocalFile, options: SendOptions): Promise<boolean> {
  const { storage, prefix, mayPublish, sentBefore, note, meter, signal } = options;
  if (sentBefore?.version !== undefined && isSameState(sentBefore.state, state)) return true;
  const { sizeBytes } = state;
  const sha256 = await hashFileBytes(realPath, sizeBytes, { signal, onBytes: () => meter.move(0) });
  mayPublish();
  const body = () => Readable.from(readFileBytes(realPath, sizeBytes), { objectMode: false });
  try {
    const { version } = await storage.write(prefix + path, body, { sizeBytes, sha256, signal });
    await note({ path, sha256, sizeBytes, state, version });
    meter.move(sizeBytes);
    return true;
  } catch (error) {
    if (error instanceof CrunchError && error.code === 'storage-corrupt') return false;
    throw error;
  }
}
