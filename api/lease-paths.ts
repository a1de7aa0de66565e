import { CRUNCH_FOLDER, isCrunchPath, keptInput, leaseManifest, LOGS_FOLDER } from '../shared/domain/manifest.ts';
import { CrunchError } from '../shared/errors/crunch-error.ts';
import { uploadIntentPath } from '../storage/transfer/upload-intent.ts';
import type { OpenLease } from './auth/open-lease.ts';

/** The path in storage of a dataset's file. */
export function pathInStorage({ basePath }: Pick<OpenLease, 'basePath'>, path: string): string {
  return `${basePath}/${path}`;
}

/**
 * Throws `not-allowed` for what no lease writes: in Crunch's own folder these are all files but the lease's own manifest
 * and announcement, and logs. The published manifest is the control side's to move.
 */
export function assertMayWrite({ runId, leaseNumber }: OpenLease, path: string): void {
  if (!isCrunchPath(path) || path.startsWith(`${LOGS_FOLDER}/`)) return;
  const own = [leaseManifest(runId, leaseNumber), uploadIntentPath(runId, leaseNumber)];
  if (!own.includes(path)) throw refusal(path);
}

/** Throws `not-allowed` unless it is a file of the dataset's own. */
export function assertMayDelete(path: string): void {
  if (isCrunchPath(path)) throw refusal(path);
}

/** Whether the path is where the original of an input is kept. */
export function isKeptInput(path: string): boolean {
  const name = path.slice(keptInput('').length);
  return path === keptInput(name) && /^[0-9a-f]{64}$/.test(name);
}

export function refusal(path: string): CrunchError {
  return new CrunchError('not-allowed', `A host doesn't write ${path}: the folder ${CRUNCH_FOLDER} is Crunch's own.`);
}
