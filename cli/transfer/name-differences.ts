import { CrunchError } from '../../shared/errors/crunch-error.ts';

const MOST_NAMED = 5;

interface NamedDifference {
  path: string;
  /** In what it differs, for people. */
  message: string;
}

/** A `conflict` that names the first of the files that differ from what is `where`, a sentence's end, and says what to do. */
export function nameDifferences(differing: readonly NamedDifference[], where: string, advice: string): CrunchError {
  const files = differing.length === 1 ? 'One file differs' : `${differing.length} files differ`;
  const fields = [...differing].sort((a, b) => (a.path < b.path ? -1 : 1)).slice(0, MOST_NAMED);
  const first = fields.length < differing.length ? `. The first ${fields.length}` : '';
  return new CrunchError('conflict', `${files} from what ${where} ${advice}${first}:`, { fields });
}
