import { stat } from 'node:fs/promises';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { isMissing } from '../errno.ts';
import { forEachConcurrently } from '../../platform/for-each-concurrently.ts';
import { fileStateOf, isSameState, type FileState } from './file-state.ts';
import { hashFileBytes } from './read-file-bytes.ts';
import type { TransferMeter } from './transfer-meter.ts';
import type { LocalFile } from './walk-workspace.ts';

/** How often a file that changes while it is read is read again. */
const READINGS = 3;

/** A file of a workspace with its checksum. */
export interface HashedFile extends LocalFile {
  sha256: string;
}

/** Content whose checksum is known, as long as the file is in this state. */
export interface KnownContent {
  state: FileState;
  sha256: string;
}

interface HashOptions {
  limit: number;
  meter: TransferMeter;
  /** Knows checksums of files that have not been touched since. */
  recall: (path: string) => KnownContent[];
}

/** Finds the checksum of each file, reading only those that may have changed since it was last known. */
export async function hashFiles(files: readonly LocalFile[], options: HashOptions): Promise<HashedFile[]> {
  const { limit, meter, recall } = options;
  const hashed: HashedFile[] = [];
  await forEachConcurrently(files, { limit, signal: meter.signal }, async (file, signal) => {
    const known = recall(file.path).find(({ state }) => isSameState(state, file.state));
    hashed.push(known ? { ...file, sha256: known.sha256 } : await hashStill(file, meter, signal));
  });
  return hashed;
}

/** Hashes a file that may have been changed meanwhile. Throws `stage-failed` when it doesn't keep still. */
export async function hashStill(file: LocalFile, meter: TransferMeter, signal: AbortSignal): Promise<HashedFile> {
  let { state } = file;
  for (let reading = 1; reading <= READINGS; reading++) {
    const sha256 = await hashFileBytes(file.realPath, state.sizeBytes, { signal, onBytes: () => meter.move(0) });
    const after = await currentState(file);
    if (isSameState(state, after)) return { ...file, state, sha256 };
    state = after;
  }
  throw keepsChanging(file.path);
}

/** Whether a file is still as it was when it was hashed. Throws `stage-failed` when it is gone. */
export async function isUntouched(file: LocalFile): Promise<boolean> {
  return isSameState(file.state, await currentState(file));
}

export function keepsChanging(path: string): CrunchError {
  const advice = 'Let the workflow wait until all its programs have ended.';
  return new CrunchError('stage-failed', `The file ${path} is still being changed while it is uploaded. ${advice}`);
}

async function currentState(file: LocalFile): Promise<FileState> {
  try {
    return fileStateOf(await stat(file.realPath));
  } catch (error) {
    if (isMissing(error)) throw keepsChanging(file.path);
    throw error;
  }
}
