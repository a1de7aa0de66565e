import { CrunchError, messageOf } from '../../shared/errors/crunch-error.ts';

const REFUSALS: Record<string, string> = {
  ENOSPC: 'the disk is full. Free some space there',
  EDQUOT: 'the disk quota is used up. Free some space there',
  EROFS: 'the file system is read-only',
  EACCES: 'this account may not do that there. Check the owner and the permissions',
  EPERM: 'this account may not do that there. Check the owner and the permissions',
  EISDIR: 'there is a folder of that name',
  ENOTEMPTY: 'there is a folder of that name',
  ENOTDIR: 'a part of the path is a file',
  ELOOP: 'a symbolic link leads into itself',
  ENAMETOOLONG: 'the name is too long for the file system',
};

/** What a file system's error means for who uses the storage: CrunchError `storage-refused` or `storage-unavailable`. */
export function folderError(error: unknown, path: string): CrunchError {
  if (error instanceof CrunchError) return error;
  const code = (error as NodeJS.ErrnoException).code ?? '';
  const refusal = REFUSALS[code];
  if (refusal)
    return new CrunchError('storage-refused', `The storage can't use ${path}: ${refusal}.`, { cause: error });
  const problem = `The storage failed at ${path}: ${messageOf(error)}. Is the folder still mounted?`;
  return new CrunchError('storage-unavailable', problem, { cause: error });
}
