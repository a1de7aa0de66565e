import { createHash } from 'node:crypto';
import { lstat, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing } from '../errno.ts';
import { newProcessMark, processOf } from './process-mark.ts';

/** Where a storage folder keeps what isn't an object: files that are being written, and locks. Listings leave it out. */
export const SCRATCH_FOLDER = '.crunch-tmp';

/** What a process on another machine has not written to for this long is left over from a crash. */
const LEFT_OVER_MS = 24 * 60 * 60 * 1000;

/** The scratch folder of a storage folder. */
export interface ScratchFolder {
  newFile(): string;
  lockOf(path: string): string;
}

/** Makes the scratch folder below an existing root and removes what dead processes left in it. */
export async function openScratchFolder(root: string): Promise<ScratchFolder> {
  const files = join(root, SCRATCH_FOLDER);
  const locks = join(files, 'locks');
  await mkdir(locks, { recursive: true });
  await removeLeftOvers(files);
  return {
    newFile: () => join(files, newProcessMark()),
    lockOf: (path) => join(locks, createHash('sha256').update(path).digest('hex')),
  };
}

async function removeLeftOvers(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(folder, entry.name);
    if (await isLeftOver(file, entry.name)) await rm(file, { force: true });
  }
}

async function isLeftOver(file: string, mark: string): Promise<boolean> {
  const owner = processOf(mark);
  if (owner !== 'unknown') return owner === 'gone';
  try {
    return Date.now() - (await lstat(file)).mtimeMs > LEFT_OVER_MS;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
