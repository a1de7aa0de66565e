import { mkdir, realpath, rmdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { assertPath } from '../assert-path.ts';
import { errnoOf, isMissing } from '../errno.ts';
import { isWithin } from '../is-within.ts';
import { SCRATCH_FOLDER } from './scratch-folder.ts';
import { withinFolder } from './within-folder.ts';

/** The root of a storage folder, as a path of the tree. */
export const TREE_ROOT = '.';

/** The folders below the root of a storage folder. Paths are relative to the root, real paths free of symbolic links. */
export class FolderTree {
  readonly root: string;
  #realRoot: Promise<string> | undefined;

  constructor(root: string) {
    this.root = resolve(root);
  }

  /** The real path of the root. Throws `storage-unavailable` when it isn't there. */
  openRoot(): Promise<string> {
    this.#realRoot ??= realpath(this.root).catch((error: unknown) => {
      this.#realRoot = undefined;
      if (!isMissing(error)) throw error;
      const problem = `The storage folder ${this.root} isn't there. Make it, or mount it, and try again.`;
      throw new CrunchError('storage-unavailable', problem);
    });
    return this.#realRoot;
  }

  /** The real path of what is at `path`, or undefined. Throws when a symbolic link leads out of the root. */
  async locate(path: string): Promise<string | undefined> {
    const root = await this.openRoot();
    if (path === TREE_ROOT) return root;
    assertObjectPath(path);
    try {
      const found = await realpath(join(root, path));
      if (!isWithin(root, found)) throw leadsOut(path);
      return found;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /** Calls `use` with a path of `file`, the real path of what is at `path`, which leads nowhere else any more. */
  async hold<T>(path: string, file: string, use: (held: string) => Promise<T>): Promise<T> {
    return withinFolder(await this.openRoot(), file, use, () => leadsOut(path));
  }

  /** The real path of the folder `path`, which is made when it isn't there. */
  async makeFolder(path: string): Promise<string> {
    const found = await this.locate(path);
    if (found) return found;
    const folder = join(await this.makeFolder(dirname(path)), basename(path));
    try {
      await mkdir(folder);
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') throw error;
    }
    return folder;
  }

  /** Removes a folder (a real path) and those above it as long as they are empty. */
  async removeEmptyFolders(folder: string): Promise<void> {
    const root = await this.openRoot();
    try {
      for (let at = folder; at !== root; at = dirname(at)) await rmdir(at);
    } catch (error) {
      if (!['ENOTEMPTY', 'EEXIST', 'ENOENT', 'ENOTDIR', 'EBUSY'].includes(errnoOf(error))) throw error;
    }
  }
}

/** Throws `invalid-input` when a path can't be that of an object in a storage folder. */
export function assertObjectPath(path: string): void {
  assertPath(path);
  if (path === SCRATCH_FOLDER || path.startsWith(`${SCRATCH_FOLDER}/`)) {
    throw new CrunchError('invalid-input', `The path ${path} is where the storage keeps unfinished files.`);
  }
}

function leadsOut(path: string): CrunchError {
  return new CrunchError('storage-refused', `The path ${path} leads out of the storage folder by a symbolic link.`);
}
