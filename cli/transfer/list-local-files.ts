import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { filePathFault } from '../../shared/domain/file-path.ts';
import { CRUNCH_FOLDER } from '../../shared/domain/manifest.ts';
import { wordsOf } from '../output/explain-system-error.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';

/** A file on this computer that goes into a dataset. */
export interface LocalFile {
  /** Its path in the dataset, with `/` between parts. */
  path: string;
  /** Where it lies on this computer. */
  localPath: string;
  sizeBytes: number;
}

/**
 * Lists the files of a folder and of the folders in it, in the order of their paths, without Crunch's own `.crunch`.
 * Links are followed inside the folder. Throws `invalid-input` that names all that can't be uploaded: links that lead
 * out of the folder or nowhere, what is neither file nor folder, and names that a dataset can't have.
 */
export async function listLocalFiles(folder: string): Promise<LocalFile[]> {
  const root = await realpath(folder).catch((error: unknown) => {
    throw new CrunchError('invalid-input', `Cannot read the folder ${folder}: ${wordsOf(error)}.`, { cause: error });
  });
  if (!(await stat(root)).isDirectory()) throw new CrunchError('invalid-input', `${folder} is not a folder.`);
  const listing: Listing = { root, files: [], faults: [] };
  await listFolder(listing, root, [root]);
  if (listing.faults.length > 0) {
    throw new CrunchError('invalid-input', `${folder} holds what cannot be uploaded; nothing was uploaded.`, {
      fields: listing.faults,
    });
  }
  return listing.files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

interface Listing {
  root: string;
  files: LocalFile[];
  faults: { path: string; message: string }[];
}

/** `trail` holds the real paths of the folders above, so that a link to one of them doesn't go round for ever. */
async function listFolder(listing: Listing, folder: string, trail: readonly string[]): Promise<void> {
  for (const name of await readdir(folder)) {
    const localPath = join(folder, name);
    const path = relative(listing.root, localPath).split(sep).join('/');
    if (path === CRUNCH_FOLDER) continue;
    const fault = await addEntry(listing, localPath, path, trail);
    if (fault !== undefined) listing.faults.push({ path, message: fault });
  }
}

async function addEntry(
  listing: Listing,
  localPath: string,
  path: string,
  trail: readonly string[],
): Promise<string | undefined> {
  const nameFault = filePathFault(path);
  if (nameFault !== undefined) return `the path ${nameFault}`;
  if (path.includes('�')) return 'its name is not UTF-8';
  const target = await realpath(localPath).catch(() => undefined);
  if (target === undefined) return 'the link leads nowhere';
  if (target !== listing.root && !target.startsWith(listing.root + sep)) return 'the link leads out of the folder';
  const found = await lstat(target);
  if (found.isDirectory()) {
    if (trail.includes(target)) return 'the link leads to a folder that holds it';
    await listFolder(listing, localPath, [...trail, target]);
  } else if (found.isFile()) {
    listing.files.push({ path, localPath, sizeBytes: found.size });
  } else {
    return 'it is neither a file nor a folder';
  }
  return undefined;
}
