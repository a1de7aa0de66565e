import { CrunchError } from '../../shared/errors/crunch-error.ts';
import type { Difference } from './compare-folder.ts';

const MOST_NAMED = 5;

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
  const files = refused.length === 1 ? 'One file differs' : `${refused.length} files differ`;
  const advice = refused.every(({ replaceable }) => replaceable)
    ? 'Replace with --overwrite, or download into another folder with --to'
    : 'Move away what stands in the way, or download into another folder with --to';
  const named = refused
    .map(({ file, fault }) => ({ path: file.path, message: fault }))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .slice(0, MOST_NAMED);
  const first = named.length < refused.length ? `. The first ${named.length}` : '';
  throw new CrunchError('conflict', `${files} from what ${folder} holds, so nothing was written. ${advice}${first}:`, {
    fields: named,
  });
}
