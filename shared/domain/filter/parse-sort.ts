import { FIELD_NAMES } from './filter-fields.ts';
import { FilterError } from './filter-error.ts';
import type { FilterSubject } from './filter-tree.ts';
import { TokenReader } from './token-reader.ts';

/** The order of a list. Those without a value come last either way. */
export interface SortOrder {
  subject: FilterSubject;
  descending: boolean;
}

/** Reads `updated`, `-size`, `attr.depth` or `-attr."key with blanks"`. Throws FilterError. */
export function parseSort(text: string): SortOrder {
  const reader = new TokenReader(text);
  const { at, text: word } = reader.peek();
  const descending = word.startsWith('-');
  const subject = reader.takeSubject(descending ? '-' : '');
  reader.expectEnd();
  if ('field' in subject && subject.field === 'text') {
    const others = FIELD_NAMES.filter((name) => name !== 'text');
    throw new FilterError(at, `text has no order; sort by ${others.join(', ')} or attr.KEY`);
  }
  return { subject, descending };
}
