import { CrunchError, messageOf } from '../../shared/errors/crunch-error.ts';
import { errnoOf } from '../errno.ts';

/** What a file system's error in a workspace means: `host-disk-full`, or `host-cannot` since another host may be able. */
export function workspaceError(error: unknown, path: string): CrunchError {
  if (error instanceof CrunchError) return error;
  if (['ENOSPC', 'EDQUOT'].includes(errnoOf(error))) {
    const problem = `There is no space left on this host for ${path}. Free some space for the workspaces.`;
    return new CrunchError('host-disk-full', problem, { cause: error });
  }
  const problem = `This host can't use the file ${path} in its workspace: ${messageOf(error)}.`;
  return new CrunchError('host-cannot', problem, { cause: error });
}
