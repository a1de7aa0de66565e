import { realpath } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { filePathFault } from '../../shared/domain/file-path.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { nearestFolder } from './nearest-folder.ts';

/**
 * Where a file of a dataset lies in a local folder. Throws `storage-refused` for a path that would leave the folder,
 * by itself or through a link that stands in the folder.
 */
export async function resolveInside(folder: string, path: string): Promise<string> {
  const fault = filePathFault(path);
  if (fault !== undefined)
    throw new CrunchError('storage-refused', `The file name “${path}” ${fault}, so it is refused.`);
  const root = await realpath(folder);
  const target = join(root, ...path.split('/'));
  const parent = await nearestFolder(dirname(target));
  if (parent !== root && !parent.startsWith(root + sep)) {
    throw new CrunchError(
      'storage-refused',
      `“${path}” would be written outside ${folder}, through a link. Remove the link.`,
    );
  }
  return target;
}
