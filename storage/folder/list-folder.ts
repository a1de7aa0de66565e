import type { Dirent } from 'node:fs';
import { opendir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { isMissing } from '../errno.ts';
import type { ObjectEntry } from '../storage.ts';
import { throwIfAborted } from '../../platform/throw-if-aborted.ts';
import { fileVersion } from './file-version.ts';
import { isWithin } from '../is-within.ts';

/** Entries that are looked at together: enough to keep the disk busy, few enough to hold. */
const BATCH = 128;

interface Listing {
  /** The real path of the storage's root, out of which no symbolic link may lead. */
  root: string;
  signal?: AbortSignal;
}

type Found = { file: ObjectEntry } | { folder: string; realPath: string } | undefined;

/**
 * Lists the files below `folder` (a real path), each path beginning with `prefix`. Symbolic links that stay inside the
 * root are followed, except into a folder that is being listed already; links that lead nowhere are left out.
 * `ancestors` are the real paths of the folders above.
 */
export async function* listFolder(
  listing: Listing,
  folder: string,
  prefix: string,
  ancestors: readonly string[] = [],
): AsyncGenerator<ObjectEntry> {
  const folders: { folder: string; realPath: string }[] = [];
  for await (const batch of readBatches(folder)) {
    throwIfAborted(listing.signal);
    for (const found of await Promise.all(batch.map((entry) => look(listing.root, folder, prefix, entry)))) {
      if (!found) continue;
      if ('file' in found) yield found.file;
      else folders.push(found);
    }
  }
  const above = [...ancestors, folder];
  for (const { folder: name, realPath } of folders) {
    if (!above.includes(realPath)) yield* listFolder(listing, realPath, `${prefix}${name}/`, above);
  }
}

async function* readBatches(folder: string): AsyncGenerator<Dirent[]> {
  let batch: Dirent[] = [];
  for await (const entry of readEntries(folder)) {
    batch.push(entry);
    if (batch.length === BATCH) {
      yield batch;
      batch = [];
    }
  }
  yield batch;
}

/** The entries of a folder; none when it was removed meanwhile. */
async function* readEntries(folder: string): AsyncGenerator<Dirent> {
  try {
    yield* await opendir(folder, { bufferSize: BATCH });
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

async function look(root: string, folder: string, prefix: string, entry: Dirent): Promise<Found> {
  const path = join(folder, entry.name);
  if (entry.isDirectory()) return { folder: entry.name, realPath: path };
  if (!entry.isFile() && !entry.isSymbolicLink()) return undefined;
  try {
    const realPath = entry.isSymbolicLink() ? await realpath(path) : path;
    if (!isWithin(root, realPath)) throw leadsOut(prefix + entry.name);
    const stats = await stat(realPath, { bigint: true });
    if (stats.isDirectory()) return { folder: entry.name, realPath };
    if (!stats.isFile()) return undefined;
    return { file: { path: prefix + entry.name, sizeBytes: Number(stats.size), version: fileVersion(stats) } };
  } catch (error) {
    if (!isMissing(error)) throw error;
    // Node writes U+FFFD for bytes that are not UTF-8, and then there is no file of the decoded name.
    if (!entry.isSymbolicLink() && entry.name.includes('\uFFFD')) throw notUtf8(prefix + entry.name);
    return undefined;
  }
}

function leadsOut(path: string): CrunchError {
  return new CrunchError('storage-refused', `The symbolic link ${path} leads out of the storage folder. Remove it.`);
}

function notUtf8(path: string): CrunchError {
  return new CrunchError('storage-refused', `The name of ${path} in the storage folder is not UTF-8. Rename it.`);
}
