import type { z } from 'zod';
import type { RowFaults } from '../errors/row-faults.ts';

/** What the schema knows of a row that it refuses. */
interface GivenRow {
  row?: unknown;
  attributes?: { key?: unknown; type?: unknown; value?: unknown }[];
}

/** Fields that tables call otherwise. */
const COLUMNS: Record<string, string> = { basePath: 'path' };

/** Notes what a schema finds wrong with a row: by the number that the row gives itself, else by its `line`. */
export function noteRowFaults(faults: RowFaults, line: number, given: unknown, { issues }: z.ZodError): void {
  const row = asRow(given);
  const number = typeof row.row === 'number' && Number.isSafeInteger(row.row) ? row.row : line;
  for (const issue of issues) {
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) faults.add({ row: number, column: key }, 'is not known here');
    } else {
      const column = columnOf(row, issue.path);
      faults.add({ row: number, ...(column !== undefined && { column }) }, explain(row, issue));
    }
  }
}

function asRow(given: unknown): GivenRow {
  return typeof given === 'object' && given !== null ? given : {};
}

function columnOf(row: GivenRow, path: readonly PropertyKey[]): string | undefined {
  const [field, index] = path.map(String);
  if (field !== 'attributes' || index === undefined) return field === undefined ? undefined : (COLUMNS[field] ?? field);
  const key = attributeAt(row, path)?.key;
  return typeof key === 'string' && key !== '' ? key : `${field}.${index}`;
}

/** A value that isn't of its type is shown. */
function explain(row: GivenRow, { code, path, message }: z.core.$ZodIssue): string {
  const attribute = attributeAt(row, path);
  const isValue = path[2] === 'value' && (code === 'invalid_type' || code === 'invalid_format');
  if (!isValue || typeof attribute?.type !== 'string') return message;
  return notOfType(attribute.value, attribute.type);
}

function attributeAt(row: GivenRow, [field, index]: readonly PropertyKey[]) {
  if (field !== 'attributes' || typeof index !== 'number' || !Array.isArray(row.attributes)) return undefined;
  return row.attributes[index];
}

const SHOWN_LENGTH = 60;

/** What to say of a value that can't be read as its type. */
export function notOfType(value: unknown, type: string): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
  const shown = text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text;
  return `“${shown}” is not ${/^[aeio]/.test(type) ? 'an' : 'a'} ${type}`;
}
