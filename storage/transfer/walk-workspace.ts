import type { Dirent } from 'node:fs';
import { opendir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { filePathFault } from '../../shared/domain/file-path.ts';
import { CRUNCH_FOLDER } from '../../shared/domain/manifest.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { errnoOf, isMissing } from '../errno.ts';
import { isWithin } from '../is-within.ts';
import { fileStateOf, type FileState } from './file-state.ts';

/** Folders at a workspace's top that are no results: Crunch's own, and what engines keep for themselves. */
const OWN_FOLDERS = [CRUNCH_FOLDER, '.snakemake'];

const FAULTS_SHOWN = 20;
const WARNINGS_SHOWN = 100;

/** A regular file in a workspace. */
export interface LocalFile {
  /** Relative to the workspace, with `/` between parts. */
  path: string;
  /** Where its bytes lie: elsewhere in the workspace for a symbolic link. */
  realPath: string;
  state: FileState;
}

export interface WalkedWorkspace {
  files: LocalFile[];
  /** What was left out and why, for people. */
  warnings: string[];
}

interface Walk {
  root: string;
  files: LocalFile[];
  faults: string[];
  leftOut: string[];
}

/**
 * Finds the files of a workspace. Symbolic links are followed inside the workspace; those that lead nowhere or back to a
 * folder above them are left out with a warning, like sockets, FIFOs and devices. Empty folders are no files.
 * Throws `stage-failed`, listing them, when there are links that lead out of the workspace or names that storage can't
 * keep: then nothing should be sent.
 */
export async function walkWorkspace(workspace: string): Promise<WalkedWorkspace> {
  const walk: Walk = { root: await realpath(workspace), files: [], faults: [], leftOut: [] };
  await walkFolder(walk, walk.root, '', []);
  if (walk.faults.length > 0) throw unusable(walk.faults);
  return { files: walk.files, warnings: shorten(walk.leftOut, WARNINGS_SHOWN) };
}

/** The files below one folder of a workspace that is Crunch's own; none when it isn't there. */
export async function walkOwnFolder(workspace: string, folder: string): Promise<LocalFile[]> {
  const walk: Walk = { root: await realpath(workspace), files: [], faults: [], leftOut: [] };
  try {
    await walkFolder(walk, join(walk.root, folder), `${folder}/`, []);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  return walk.files;
}

async function walkFolder(walk: Walk, folder: string, prefix: string, above: readonly string[]): Promise<void> {
  for await (const entry of await opendir(folder)) {
    if (prefix === '' && OWN_FOLDERS.includes(entry.name)) continue;
    await look(walk, entry, folder, prefix + entry.name, [...above, folder]);
  }
}

async function look(walk: Walk, entry: Dirent, folder: string, path: string, above: readonly string[]): Promise<void> {
  const place = join(folder, entry.name);
  const realPath = entry.isSymbolicLink() ? await followLink(walk, place, path) : place;
  if (realPath === undefined) return;
  const stats = await statEntry(walk, realPath, path);
  if (stats?.isDirectory()) {
    if (above.includes(realPath)) walk.leftOut.push(`${path} leads back to a folder above it`);
    else await walkFolder(walk, realPath, `${path}/`, above);
  } else if (stats?.isFile()) {
    const fault = filePathFault(path);
    if (fault) walk.faults.push(`the name ${JSON.stringify(path)} ${fault}`);
    walk.files.push({ path, realPath, state: fileStateOf(stats) });
  } else if (stats) {
    walk.leftOut.push(`${path} is no regular file`);
  }
}

async function followLink(walk: Walk, place: string, path: string): Promise<string | undefined> {
  try {
    const target = await realpath(place);
    if (!isWithin(walk.root, target)) {
      walk.faults.push(`the symbolic link ${path} leads out of the workspace`);
      return undefined;
    }
    if (OWN_FOLDERS.some((own) => isWithin(join(walk.root, own), target))) {
      walk.leftOut.push(`${path} leads into a folder that is not uploaded`);
      return undefined;
    }
    return target;
  } catch (error) {
    if (!isMissing(error) && errnoOf(error) !== 'ELOOP') throw error;
    walk.leftOut.push(`${path} is a symbolic link that leads nowhere`);
    return undefined;
  }
}

async function statEntry(walk: Walk, realPath: string, path: string) {
  try {
    return await stat(realPath);
  } catch (error) {
    if (!isMissing(error)) throw error;
    // Node writes U+FFFD for bytes that are not UTF-8, and then there is no file of the decoded name.
    if (path.includes('\uFFFD')) walk.faults.push(`the name ${JSON.stringify(path)} is not UTF-8`);
    return undefined;
  }
}

function unusable(faults: string[]): CrunchError {
  const list = shorten(faults, FAULTS_SHOWN).join('; ');
  return new CrunchError('stage-failed', `The workspace holds what can't be uploaded: ${list}. Nothing was uploaded.`);
}

function shorten(lines: string[], most: number): string[] {
  return lines.length <= most ? lines : [...lines.slice(0, most), `and ${lines.length - most} more`];
}
