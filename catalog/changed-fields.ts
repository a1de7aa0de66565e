import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Json, JsonObject } from '../shared/domain/json.ts';

/** What a change did, as the audit log keeps it. */
export type ChangedFields = { before: JsonObject; after: JsonObject };

/** Longer texts are kept by their SHA-256. */
const LONGEST_TEXT = 2000;

/**
 * The fields in which `after` differs from `before`, all of them JSON; undefined when there are none. Those that `after`
 * leaves out, or leaves undefined, stay as they are.
 */
export function changedFields<Fields extends object>(
  before: Fields,
  after: { [Name in keyof Fields]?: unknown },
): ChangedFields | undefined {
  const names = (Object.keys(before) as (keyof Fields & string)[]).filter(
    (name) => after[name] !== undefined && !isDeepStrictEqual(after[name], before[name]),
  );
  if (names.length === 0) return undefined;
  const pick = (fields: { [Name in keyof Fields]?: unknown }) =>
    Object.fromEntries(names.map((name) => [name, abridge(fields[name] as Json)]));
  return { before: pick(before), after: pick(after) };
}

function abridge(value: Json): Json {
  if (typeof value !== 'string' || value.length <= LONGEST_TEXT) return value;
  return { sha256: createHash('sha256').update(value).digest('hex'), characters: value.length };
}
