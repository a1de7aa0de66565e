import { randomUUID } from 'node:crypto';
import { lstat, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { isMissing } from '../errno.ts';
import { FETCH_FOLDER, foldersAbove } from './clean-workspace.ts';

type Fold = (name: string) => string;

/**
 * Throws `invalid-input`, naming both, when two of the paths can't be in the workspace side by side: a file where
 * another path needs a folder, or names between which the workspace's file system makes no difference.
 */
export async function assertStorable(workspace: string, paths: readonly string[]): Promise<void> {
  // Only names that some file system takes for one give reason to ask what this one does.
  const fault = findClash(paths, foldAll) && findClash(paths, await findFolding(workspace));
  if (fault) throw fault;
}

/** The first two paths that can't be side by side where names are the same that `fold` makes the same. */
function findClash(paths: readonly string[], fold: Fold): CrunchError | undefined {
  const files = new Map(paths.map((path) => [fold(path), path]));
  const folders = new Map<string, string>();
  for (const path of paths) {
    const twinFile = files.get(fold(path)) ?? path;
    if (twinFile !== path) return clash(path, twinFile);
    for (const folder of foldersAbove(path)) {
      const file = files.get(fold(folder));
      if (file !== undefined) return clash(file, path);
      const twin = folders.get(fold(folder)) ?? folder;
      if (twin !== folder) return clash(`${twin}/`, path);
      folders.set(fold(folder), folder);
    }
  }
  return undefined;
}

/** Makes the same of all names that any file system takes for one. */
function foldAll(path: string): string {
  return path.toLowerCase().normalize('NFC');
}

/** What the file system does to names, found out by trying. */
async function findFolding(workspace: string): Promise<Fold> {
  const folder = join(workspace, FETCH_FOLDER);
  const name = `probe-${randomUUID()}-\u00e9`;
  await writeFile(join(folder, name), '');
  try {
    const ignoresCase = await exists(join(folder, name.toUpperCase()));
    const ignoresForm = await exists(join(folder, name.normalize('NFD')));
    return (path) => {
      const formed = ignoresForm ? path.normalize('NFC') : path;
      return ignoresCase ? formed.toLowerCase() : formed;
    };
  } finally {
    await rm(join(folder, name), { force: true });
  }
}

async function exists(file: string): Promise<boolean> {
  try {
    await lstat(file);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

function clash(one: string, other: string): CrunchError {
  const problem = `The dataset's files ${JSON.stringify(one)} and ${JSON.stringify(other)} can't lie side by side`;
  return new CrunchError('invalid-input', `${problem} on this host's file system. Rename one of them.`);
}
