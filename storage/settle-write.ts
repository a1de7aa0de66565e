import { CrunchError } from '../shared/errors/crunch-error.ts';
import type { Storage, WriteOptions } from './storage.ts';
import { findContent } from './transfer/find-content.ts';

/**
 * Does a write that may take several attempts, each of which it notes. The answer to one that went through may have
 * been lost; the next one then meets our own object, which is as good. Whoever makes a single attempt is told of its
 * failure as it is.
 */
export async function settleWrite(
  storage: Storage,
  path: string,
  options: WriteOptions,
  write: (noteAttempt: () => void) => Promise<{ version: string }>,
): Promise<{ version: string }> {
  let attempts = 0;
  try {
    return await write(() => attempts++);
  } catch (error) {
    if (!(error instanceof CrunchError)) throw error;
    const mayBeDone = attempts !== 1 && ['precondition-failed', 'storage-unavailable'].includes(error.code);
    const version = mayBeDone ? await findContent(storage, path, options, { signal: options.signal }) : undefined;
    if (version !== undefined) return { version };
    if (error.code !== 'not-found') throw error;
    const problem = `The file ${path} in the storage was removed in the meantime.`;
    throw new CrunchError('precondition-failed', problem);
  }
}
