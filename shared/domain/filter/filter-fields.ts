/** What a field holds, which tells the values and operators that it can be compared with. */
export type FieldKind = 'text' | 'state' | 'number' | 'size' | 'boolean' | 'time' | 'search';

interface FieldTraits {
  kind: FieldKind;
  /** Whether a dataset can be without it. */
  optional?: true;
}

/** The fields of a dataset that a filter can name. */
export const FILTER_FIELDS = {
  name: { kind: 'text' },
  slug: { kind: 'text' },
  project: { kind: 'text' },
  state: { kind: 'state' },
  stage: { kind: 'text', optional: true },
  host: { kind: 'text', optional: true },
  reason: { kind: 'text', optional: true },
  priority: { kind: 'number' },
  held: { kind: 'boolean' },
  created: { kind: 'time' },
  updated: { kind: 'time' },
  queued: { kind: 'time', optional: true },
  started: { kind: 'time', optional: true },
  finished: { kind: 'time', optional: true },
  runs: { kind: 'number' },
  files: { kind: 'number' },
  size: { kind: 'size' },
  text: { kind: 'search' },
} as const satisfies Record<string, FieldTraits>;

export type FilterField = keyof typeof FILTER_FIELDS;

export const FIELD_NAMES = Object.keys(FILTER_FIELDS) as FilterField[];

export function isFilterField(name: string): name is FilterField {
  return Object.hasOwn(FILTER_FIELDS, name);
}

export function traitsOf(field: FilterField): FieldTraits {
  return FILTER_FIELDS[field];
}
