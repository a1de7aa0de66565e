import { mayEverywhere } from '../../catalog/access.ts';
import { CRUNCH_FOLDER } from '../../shared/domain/manifest.ts';
import { explainForeignPath, isForeignPath } from '../../shared/domain/foreign-path.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import type { Caller } from './caller.ts';

/**
 * Throws `invalid-input` for a base path that leads into a folder of Crunch's own, and `not-allowed` for one outside of
 * the project's folder. A dataset reads what lies below its path: only who sees everything may point it at any file.
 */
export function assertMayUsePath(caller: Caller, project: string, path: string): void {
  const fault = findPathFault(path);
  if (fault !== undefined) throw new CrunchError('invalid-input', fault);
  if (!mayUseAnyPath(caller) && isForeignPath(project, path)) {
    throw new CrunchError('not-allowed', explainForeignPath(project));
  }
}

/** Why a base path is for nobody's dataset, as a sentence. */
export function findPathFault(path: string): string | undefined {
  if (!path.toLowerCase().split('/').includes(CRUNCH_FOLDER)) return undefined;
  return `The path “${path}” leads into a folder that is Crunch’s own.`;
}

/** Whether the caller may have datasets read and write files anywhere. */
export function mayUseAnyPath({ access }: Caller): boolean {
  return mayEverywhere(access, 'edit');
}
