import { mkdir, mkdtemp, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { CrunchError, messageOf } from '../shared/errors/crunch-error.ts';

/**
 * Makes a folder, and those above it that are missing, and makes sure that this process can make things in it. Throws
 * `invalid-input` that names the folder.
 */
export async function makeUsableFolder(folder: string, mode = 0o777): Promise<void> {
  await makeFolder(folder, mode).catch((error: unknown) => {
    throw new CrunchError('invalid-input', `The folder ${folder} can't be made: ${messageOf(error)}`, { cause: error });
  });
  await proveUsable(folder);
}

/** Throws `invalid-input` unless this process can make things in a folder that exists. Leaves nothing in it. */
export async function proveUsable(folder: string): Promise<void> {
  try {
    await rmdir(await mkdtemp(path.join(folder, '.crunch-')));
  } catch (error) {
    throw new CrunchError('invalid-input', `The folder ${folder} can't be used: ${messageOf(error)}`, { cause: error });
  }
}

/** Node's own `recursive` tries for ever where a file system has no room for folders, as /proc. */
async function makeFolder(folder: string, mode: number): Promise<void> {
  try {
    await mkdir(folder, { mode });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    const parent = path.dirname(folder);
    if (code !== 'ENOENT' || parent === folder) throw error;
    await makeFolder(parent, mode);
    await mkdir(folder, { mode });
  }
}
