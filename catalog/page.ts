import { CrunchError } from '../shared/errors/crunch-error.ts';

/** Asks for at most `limit` records after `cursor`, which is the `next` of the page before. */
export interface PageRequest {
  cursor?: string;
  limit: number;
}

/** A page of records; `next` is the cursor of the page that follows, null on the last one. */
export interface Page<T> {
  items: T[];
  next: string | null;
}

/** The key of a record in the order of its list. */
export type PageKey = (string | number)[];

/**
 * Cuts a page from records of which one more than `limit` was asked for, so that the last page is known to be the last.
 * `keyOf` gives the values by which the list is ordered.
 */
export function cutPage<T>(records: T[], limit: number, keyOf: (record: T) => PageKey): Page<T> {
  const items = records.slice(0, limit);
  const last = items.at(-1);
  return { items, next: records.length > limit && last !== undefined ? encodeCursor(keyOf(last)) : null };
}

/**
 * The key after which a page begins, undefined for the first page. The cursor must hold the same types in the same
 * order as `shape`. Throws `invalid-input` for a cursor that was not made by this list.
 */
export function decodeCursor<K extends PageKey>(cursor: string | undefined, shape: K): K | undefined {
  if (cursor === undefined) return undefined;
  const key = parseKey(cursor);
  const fits = key?.length === shape.length && shape.every((value, index) => typeof value === typeof key[index]);
  if (!fits) throw wrongCursor();
  return key as K;
}

/** The error for a cursor that was not made by the list to which it is given. */
export function wrongCursor(): CrunchError {
  return new CrunchError('invalid-input', 'The cursor is not one that this list gave; start without one.');
}

function encodeCursor(key: PageKey): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

function parseKey(cursor: string): unknown[] | undefined {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(key) ? key : undefined;
  } catch {
    return undefined;
  }
}
