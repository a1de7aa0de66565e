import { ATTRIBUTE_TYPES, type AttributeType } from './attribute-type.ts';

/** The columns of a table of datasets that are not attributes, as exports write and imports read them. */
export const TABLE_FIELDS = ['project', 'name', 'description', 'details', 'priority', 'held', 'path'] as const;
export type TableField = (typeof TABLE_FIELDS)[number];

/** Before the name of a column that says something of a dataset which no import can set: imports leave it out. */
export const COMMENT_MARK = '#';

/** The header of an attribute's column: `depth:float`. */
export function attributeHeader({ key, type }: { key: string; type: AttributeType }): string {
  return `${key}:${type}`;
}

/** A key and its type from a header such as `depth:float`; undefined for one that declares no type. */
export function parseAttributeHeader(header: string): { key: string; type: AttributeType } | undefined {
  const end = header.lastIndexOf(':');
  const type = ATTRIBUTE_TYPES.find((it) => it === header.slice(end + 1).trim());
  const key = header.slice(0, Math.max(end, 0)).trim();
  return type === undefined || key === '' ? undefined : { key, type };
}
