import { filePathFault } from '../shared/domain/file-path.ts';
import { CrunchError } from '../shared/errors/crunch-error.ts';

/** Throws `invalid-input`, naming the path, when it can't be used in a storage. */
export function assertPath(path: string): void {
  const fault = filePathFault(path);
  if (fault) throw new CrunchError('invalid-input', `The path ${JSON.stringify(path)} ${fault}.`);
}

/** The listing prefix of a folder: '' for the root, else with one `/` at the end. Throws `invalid-input`. */
export function folderPrefix(folder: string): string {
  const trimmed = folder.replace(/^\/+|\/+$/g, '');
  if (trimmed === '') return '';
  assertPath(trimmed);
  return `${trimmed}/`;
}
