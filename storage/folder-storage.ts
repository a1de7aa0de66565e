import { constants, type BigIntStats } from 'node:fs';
import { copyFile, link, lstat, open, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CrunchError } from '../shared/errors/crunch-error.ts';
import { folderPrefix } from './assert-path.ts';
import { errnoOf, isMissing } from './errno.ts';
import { fileVersion } from './folder/file-version.ts';
import { assertObjectPath, FolderTree, TREE_ROOT } from './folder/folder-tree.ts';
import { folderError } from './folder/folder-error.ts';
import { listFolder } from './folder/list-folder.ts';
import { readFileContent } from './folder/read-file-content.ts';
import { openScratchFolder, SCRATCH_FOLDER, type ScratchFolder } from './folder/scratch-folder.ts';
import { withFileLock } from './folder/with-file-lock.ts';
import { writeScratchFile } from './folder/write-scratch-file.ts';
import type {
  CallOptions,
  CopyOptions,
  DeleteOptions,
  ObjectBody,
  ObjectContent,
  ObjectEntry,
  ObjectInfo,
  ReadOptions,
  Storage,
  WriteOptions,
} from './storage.ts';
import { throwIfAborted } from '../platform/throw-if-aborted.ts';

/** What file systems without hard links answer to `link`. */
const NO_HARD_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'];

/** How often a write tries again when another process removes the emptied folder under it. */
const FOLDER_ATTEMPTS = 5;

/**
 * Storage in a folder, which several processes and machines may use at once. An object is written to a scratch file in
 * the same file system, synced, and then linked or renamed into place. Objects are compared and replaced under a lock
 * per path. The root must exist: a folder that isn't mounted must not look like an empty storage.
 */
export class FolderStorage implements Storage {
  readonly location: string;
  readonly #tree: FolderTree;
  #scratch: Promise<ScratchFolder> | undefined;

  constructor(root: string) {
    this.#tree = new FolderTree(root);
    this.location = `file:${this.#tree.root}`;
  }

  async *list(prefix: string, { signal }: CallOptions = {}): AsyncGenerator<ObjectEntry> {
    const start = folderPrefix(prefix);
    try {
      const root = await this.#tree.openRoot();
      const folder = await this.#tree.locate(start === '' ? TREE_ROOT : start.slice(0, -1));
      if (!folder || !(await stat(folder)).isDirectory()) return;
      for await (const entry of listFolder({ root, signal }, folder, start)) {
        if (!entry.path.startsWith(`${SCRATCH_FOLDER}/`)) yield entry;
      }
    } catch (error) {
      throw folderError(error, start || this.location);
    }
  }

  async stat(path: string, { signal }: CallOptions = {}): Promise<ObjectInfo | undefined> {
    throwIfAborted(signal);
    try {
      const file = await this.#tree.locate(path);
      if (!file) return undefined;
      const stats = await stat(file, { bigint: true });
      return stats.isFile() ? infoOf(path, stats) : undefined;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw folderError(error, path);
    }
  }

  async read(path: string, { offset = 0, ifVersion, signal }: ReadOptions = {}): Promise<ObjectContent> {
    throwIfAborted(signal);
    try {
      const file = await this.#tree.locate(path);
      if (!file) throw notFound(path);
      // Not blocking: a FIFO that takes the file's place must not hang the reader.
      const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
      const handle = await this.#tree.hold(path, file, (held) => open(held, flags));
      try {
        const stats = await handle.stat({ bigint: true });
        if (!stats.isFile()) throw notFound(path);
        const info = infoOf(path, stats);
        if (ifVersion !== undefined && ifVersion !== info.version) throw hasChanged(path);
        return { info, stream: readFileContent(handle, info, offset, signal) };
      } catch (error) {
        await handle.close();
        throw error;
      }
    } catch (error) {
      throw isMissing(error) ? notFound(path) : folderError(error, path);
    }
  }

  async write(path: string, body: ObjectBody, options: WriteOptions): Promise<{ version: string }> {
    assertObjectPath(path);
    throwIfAborted(options.signal);
    try {
      // Looked at before the bytes come, for the sake of speed, and again when it counts.
      if (options.ifVersion !== undefined) await this.#assertVersion(path, options.ifVersion);
      return await this.#withScratchFile(async (file) => {
        const version = await writeScratchFile(file, path, body, options);
        await this.#place(file, path, options);
        return { version };
      });
    } catch (error) {
      throw folderError(error, path);
    }
  }

  async copy(from: string, to: string, { ifVersion, signal }: CopyOptions = {}): Promise<void> {
    assertObjectPath(to);
    throwIfAborted(signal);
    try {
      const source = await this.#tree.locate(from);
      if (!source) throw notFound(from);
      await this.#withScratchFile(async (file) => {
        const before = fileVersion(await stat(source, { bigint: true }));
        if (ifVersion !== undefined && before !== ifVersion) throw hasChanged(from);
        const how = constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE;
        await this.#tree.hold(from, source, (held) => copyFile(held, file, how));
        if (fileVersion(await stat(source, { bigint: true })) !== before) throw hasChanged(from);
        await syncToDisk(file);
        await this.#place(file, to, { signal });
      });
    } catch (error) {
      throw isMissing(error) ? notFound(from) : folderError(error, from);
    }
  }

  async delete(path: string, { ifVersion, signal }: DeleteOptions = {}): Promise<void> {
    throwIfAborted(signal);
    assertObjectPath(path);
    try {
      const parent = await this.#tree.locate(dirname(path));
      if (!parent) return;
      await this.#withLock(path, signal, async () => {
        if (ifVersion !== undefined) await this.#assertIsOrGone(path, ifVersion);
        await this.#tree.hold(path, join(parent, basename(path)), (held) => unlink(held));
      });
      await this.#tree.removeEmptyFolders(parent);
    } catch (error) {
      if (!isMissing(error)) throw folderError(error, path);
    }
  }

  async close(): Promise<void> {}

  /** Gives a complete scratch file its final name, if the condition holds. */
  async #place(file: string, path: string, options: Pick<WriteOptions, 'ifVersion' | 'signal'>): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const parent = await this.#tree.makeFolder(dirname(path));
      try {
        const target = join(parent, basename(path));
        await this.#tree.hold(path, target, (held) => this.#placeAt(held, file, path, options));
        return await syncToDisk(parent);
      } catch (error) {
        if (errnoOf(error) !== 'ENOENT' || attempt === FOLDER_ATTEMPTS) throw error;
      }
    }
  }

  async #placeAt(
    target: string,
    file: string,
    path: string,
    { ifVersion, signal }: Pick<WriteOptions, 'ifVersion' | 'signal'>,
  ): Promise<void> {
    if (typeof ifVersion !== 'string') {
      const linked = await linkNew(file, target);
      if (linked === 'done') return;
      if (linked === 'occupied' && ifVersion === null) throw hasChanged(path);
    }
    await this.#withLock(path, signal, async (assertHeld) => {
      if (ifVersion !== undefined) await this.#assertVersion(path, ifVersion);
      await assertHeld();
      await rename(file, target);
    });
  }

  async #assertIsOrGone(path: string, version: string): Promise<void> {
    const current = await this.stat(path);
    if (current !== undefined && current.version !== version) throw hasChanged(path);
  }

  async #assertVersion(path: string, version: string | null): Promise<void> {
    const current = await this.stat(path);
    if ((current?.version ?? null) !== version) throw hasChanged(path);
  }

  async #withScratchFile<T>(use: (file: string) => Promise<T>): Promise<T> {
    const file = (await this.#openScratch()).newFile();
    try {
      return await use(file);
    } finally {
      await removeFile(file);
    }
  }

  async #withLock<T>(path: string, signal: AbortSignal | undefined, action: LockedAction<T>): Promise<T> {
    const lockFile = (await this.#openScratch()).lockOf(path);
    return withFileLock(lockFile, action, { signal });
  }

  #openScratch(): Promise<ScratchFolder> {
    this.#scratch ??= this.#tree.openRoot().then(openScratchFolder);
    this.#scratch.catch(() => (this.#scratch = undefined));
    return this.#scratch;
  }
}

type LockedAction<T> = (assertHeld: () => Promise<void>) => Promise<T>;

/** Gives a file a new name, which replaces nothing and so needs no lock, where the file system has hard links. */
async function linkNew(file: string, target: string): Promise<'done' | 'occupied' | 'impossible'> {
  try {
    await link(file, target);
    return 'done';
  } catch (error) {
    const code = errnoOf(error);
    if (NO_HARD_LINKS.includes(code)) return 'impossible';
    if (code !== 'EEXIST') throw error;
    if ((await lstat(target)).isDirectory()) throw Object.assign(new Error('is a folder'), { code: 'EISDIR' });
    return 'occupied';
  }
}

/** Removes a file, if it is there; `rm` would look twice before it does. */
async function removeFile(file: string): Promise<void> {
  await unlink(file).catch((error: unknown) => {
    if (!isMissing(error)) throw error;
  });
}

/** Syncs a file or a folder, so that it outlives a power cut. */
async function syncToDisk(path: string): Promise<void> {
  const handle = await open(path);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function infoOf(path: string, stats: BigIntStats): ObjectInfo {
  return { path, sizeBytes: Number(stats.size), version: fileVersion(stats) };
}

function notFound(path: string): CrunchError {
  return new CrunchError('not-found', `There is no file ${path} in the storage.`);
}

function hasChanged(path: string): CrunchError {
  return new CrunchError('precondition-failed', `The file ${path} in the storage was changed in the meantime.`);
}
