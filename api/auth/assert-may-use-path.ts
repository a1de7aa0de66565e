import { mayEverywhere } from '../../catalog/access.ts';
import { CRUNCH_FOLDER } from '../../shared/domain/manifest.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import type { Caller } from './caller.ts';

/**
 * Throws `invalid-input` for a base path that leads into a folder of Crunch's own, and `not-allowed` for one outside of
 * the project's folder. A dataset reads what lies below its path: only who sees everything may point it at any file.
 */
export function assertMayUsePath(caller: Caller, project: string, path: string): void {
  if (path.toLowerCase().split('/').includes(CRUNCH_FOLDER)) {
    throw new CrunchError('invalid-input', `The path “${path}” leads into a folder that is Crunch’s own.`);
  }
  if (!mayEverywhere(caller.access, 'edit') && !path.startsWith(`crunch/${project}/`)) {
    throw new CrunchError('not-allowed', `Only an admin may give a path that doesn’t begin with crunch/${project}/.`);
  }
}
