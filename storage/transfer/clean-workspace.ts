import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CRUNCH_FOLDER } from '../../shared/domain/manifest.ts';

/** Where a workspace keeps files that are still being fetched. */
export const FETCH_FOLDER = join(CRUNCH_FOLDER, 'tmp');

/**
 * Makes a workspace, or removes from it everything but Crunch's own folder and the files named by `paths`. Symbolic
 * links go too, so that no file is written to where one leads.
 */
export async function cleanWorkspace(workspace: string, paths: Iterable<string>): Promise<void> {
  await rm(join(workspace, FETCH_FOLDER), { recursive: true, force: true });
  await mkdir(join(workspace, FETCH_FOLDER), { recursive: true });
  const files = new Set(paths);
  const folders = new Set<string>();
  for (const path of files) for (const folder of foldersAbove(path)) folders.add(folder);
  await removeOthers(workspace, '', files, folders);
}

/** The folders in which a file lies, the outermost first: `a/b/c` → `a`, `a/b`. */
export function foldersAbove(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

async function removeOthers(
  workspace: string,
  prefix: string,
  files: ReadonlySet<string>,
  folders: ReadonlySet<string>,
): Promise<void> {
  for (const entry of await readdir(join(workspace, prefix), { withFileTypes: true, encoding: 'buffer' })) {
    const name = String(entry.name);
    const path = prefix + name;
    if (path === CRUNCH_FOLDER || (entry.isFile() && files.has(path))) continue;
    if (entry.isDirectory() && folders.has(path)) await removeOthers(workspace, `${path}/`, files, folders);
    // The name's bytes as they are: it need not be UTF-8.
    else await rm(bytesPath(join(workspace, prefix), entry.name), { recursive: true, force: true });
  }
}

function bytesPath(folder: string, name: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${folder.replace(/\/$/, '')}/`), name]);
}
