import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { filePathFault } from '../../shared/domain/file-path.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { listLocalFiles, type LocalFile } from '../transfer/list-local-files.ts';

/**
 * The files that a row names: those of one folder, or a list of files, which go into the dataset by their names. Paths
 * are relative to `root` and stay inside: a table may come from anybody. Throws `invalid-input`.
 */
export async function listRowFiles(root: string, paths: readonly string[]): Promise<LocalFile[]> {
  const found = await Promise.all(paths.map((given) => locate(root, given)));
  const [only] = found;
  if (only?.isFolder && found.length === 1) return listLocalFiles(only.localPath);
  const files = new Map<string, LocalFile>();
  for (const { given, localPath, isFolder, sizeBytes } of found) {
    const name = path.basename(given);
    if (isFolder) throw refusal(given, 'is a folder, which has to stand alone');
    if (files.has(name)) throw refusal(given, `has the name ${name}, as another of the list has`);
    files.set(name, { path: name, localPath, sizeBytes });
  }
  return [...files.values()];
}

async function locate(root: string, given: string) {
  const fault = filePathFault(given.replace(/^\.\//, '').replace(/\/$/, ''));
  if (fault !== undefined) throw refusal(given, fault);
  const localPath = await realpath(path.join(root, given)).catch(() => undefined);
  if (localPath === undefined) throw refusal(given, 'is not there');
  const top = await realpath(root);
  if (localPath !== top && !localPath.startsWith(top + path.sep)) throw refusal(given, `leads out of ${root}`);
  const entry = await stat(localPath);
  if (!entry.isDirectory() && !entry.isFile()) throw refusal(given, 'is neither a file nor a folder');
  return { given, localPath, isFolder: entry.isDirectory(), sizeBytes: entry.size };
}

function refusal(given: string, fault: string): CrunchError {
  return new CrunchError('invalid-input', `“${given}” ${fault}`);
}
