import { FilterError } from './filter-error.ts';
import { TokenReader } from './token-reader.ts';

/** The most attributes that a list shows beside what it shows anyhow. */
export const MOST_COLUMNS = 50;

/** Reads `attr.depth, attr."key with blanks"`; gives the keys. Throws FilterError. */
export function parseColumns(text: string): string[] {
  const reader = new TokenReader(text);
  const keys = new Set<string>();
  do {
    const { at } = reader.peek();
    const subject = reader.takeSubject();
    if ('field' in subject) {
      throw new FilterError(at, `“${subject.field}” is always there; name attributes: attr.depth, attr.salinity`);
    }
    keys.add(subject.attribute);
    if (keys.size > MOST_COLUMNS) throw new FilterError(at, `there are more than ${MOST_COLUMNS} columns`);
  } while (reader.takeMark(','));
  reader.expectEnd();
  return [...keys];
}
