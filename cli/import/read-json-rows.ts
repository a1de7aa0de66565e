import { JSONParser } from '@streamparser/json';
import { splitLines } from '../../platform/split-lines.ts';
import { IMPORT_LIMITS } from '../../shared/domain/import-limits.ts';
import { messageOf } from '../../shared/errors/crunch-error.ts';
import type { Cell, TableRow } from './table-row.ts';

/** The rows of JSON lines: an object a line. Empty lines are left out, but counted. */
export async function* readJsonLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<TableRow> {
  let row = 0;
  for await (const line of splitLines(chunks, { lineLength: IMPORT_LIMITS.rowLength })) {
    row += 1;
    if (line.trim() !== '') yield makeRow(row, parseLine(line));
  }
}

/** The rows of a JSON document: an array of objects, read as it comes. */
export async function* readJsonArray(chunks: AsyncIterable<Buffer>): AsyncGenerator<TableRow> {
  let documents: unknown[] = [];
  const parser = new JSONParser({ paths: ['$.*'], keepStack: false });
  let isArray: boolean | undefined;
  parser.onToken = ({ value }) => void (isArray ??= String(value) === '[');
  parser.onValue = ({ value }) => void documents.push(value);
  let row = 0;
  try {
    for await (const chunk of chunks) {
      parser.write(chunk);
      if (isArray === false) throw new Error('it is not an array of objects');
      for (const document of documents) yield makeRow((row += 1), document);
      documents = [];
    }
    if (!parser.isEnded) throw new Error('it ends too early');
  } catch (error) {
    yield { row: row + 1, cells: [], fault: `the JSON can't be read: ${messageOf(error)}` };
  }
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function makeRow(row: number, document: unknown): TableRow {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    return { row, cells: [], fault: 'is not a JSON object' };
  }
  const cells: Cell[] = [];
  for (const [header, value] of Object.entries(document)) {
    for (const one of Array.isArray(value) ? (value as unknown[]) : [value]) {
      const cell = makeCell(header.trim(), one);
      if (cell === undefined) return { row, cells: [], fault: `“${header}” holds what no cell can` };
      if (cell !== 'empty') cells.push(cell);
    }
  }
  return { row, cells };
}

/** Undefined for what is no value of any type. */
function makeCell(header: string, value: unknown): Cell | 'empty' | undefined {
  if (value === null) return 'empty';
  if (typeof value === 'string') return { header, text: value, isQuoted: true };
  if (typeof value === 'number' || typeof value === 'boolean') return { header, text: String(value) };
  return isPlace(value) ? { header, text: `${value.latitude}, ${value.longitude}` } : undefined;
}

function isPlace(value: unknown): value is { latitude: number; longitude: number } {
  if (typeof value !== 'object' || value === null || Object.keys(value).length !== 2) return false;
  const { latitude, longitude } = value as Record<string, unknown>;
  return typeof latitude === 'number' && typeof longitude === 'number';
}
