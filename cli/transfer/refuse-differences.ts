import type { Difference } from './compare-folder.ts';
import { nameDifferences } from './name-differences.ts';

/**
 * Throws a `conflict` that names what a download would replace unless it may be overwritten, and what it can't replace
 * at all: what lies there may be somebody's own work.
 */
export function refuseDifferences(
  differences: readonly Difference[],
  { folder, overwrite }: { folder: string; overwrite: boolean },
): void {
  const refused = differences.filter(({ replaceable }) => !(overwrite && replaceable));
  if (refused.length === 0) return;
  const advice = refused.every(({ replaceable }) => replaceable)
    ? 'Replace with --overwrite, or download into another folder with --to'
    : 'Move away what stands in the way, or download into another folder with --to';
  const named = refused.map(({ file, fault }) => ({ path: file.path, message: fault }));
  throw nameDifferences(named, `${folder} holds, so nothing was written.`, advice);
}
