import type { FilterField } from './filter-fields.ts';

/** What a filter says, as a tree. `!=`, `not in` and `is not empty` are a `not` around their opposite. */
export type FilterTree =
  | { kind: 'and'; terms: FilterTree[] }
  | { kind: 'or'; terms: FilterTree[] }
  | { kind: 'not'; term: FilterTree }
  | FilterLeaf;

/** One statement about a dataset. Of a dataset without a value none is true but `empty`. */
export type FilterLeaf =
  | { kind: 'compare'; subject: FilterSubject; operator: FilterOperator; value: FilterValue }
  | { kind: 'in'; subject: FilterSubject; values: FilterValue[] }
  | { kind: 'empty'; subject: FilterSubject };

/** What is compared: a field of the dataset itself, or its attributes of a key. */
export type FilterSubject = { field: FilterField } | { attribute: string };

/** `~` is “contains”, in any case; for the field `text` it is “has these words”. */
export type FilterOperator = '=' | '<' | '<=' | '>' | '>=' | '~';

export type FilterValue =
  | { type: 'text'; text: string }
  | { type: 'number'; number: number }
  | { type: 'boolean'; boolean: boolean }
  /** A whole day in UTC, `2024-02-29`. */
  | { type: 'date'; date: string }
  /** A moment, ISO 8601 in UTC. */
  | { type: 'time'; time: string }
  /** A moment so long before now; after it when negative. */
  | { type: 'ago'; agoMs: number };

/** All of the filters that are given; undefined when none is. */
export function allOf(...terms: (FilterTree | undefined)[]): FilterTree | undefined {
  const given = terms.filter((term) => term !== undefined);
  return given.length > 1 ? { kind: 'and', terms: given } : given[0];
}

/** The filter that lets a field be one of some texts; undefined for none of them. */
export function oneOf(field: FilterField, texts: readonly string[]): FilterTree | undefined {
  if (texts.length === 0) return undefined;
  return { kind: 'in', subject: { field }, values: texts.map((text) => ({ type: 'text', text })) };
}
