import { CrunchError } from '../../shared/errors/crunch-error.ts';

const MOST_LEVELS = 64;

/**
 * Throws `invalid-input` for lists and objects that are nested deeper than anybody nests them: whoever looks at them level
 * by level, as schemas and the database do, would run out of stack.
 */
export function assertShallow(document: unknown): void {
  let level: unknown[] = [document];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MOST_LEVELS) {
      throw new CrunchError('invalid-input', `The body is nested deeper than ${MOST_LEVELS} levels.`);
    }
    level = level.flatMap((value) => (typeof value === 'object' && value !== null ? Object.values(value) : []));
  }
}
