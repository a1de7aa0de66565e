import type { Attribute } from '../../shared/contract/attributes.ts';
import { noteRowFaults, notOfType } from '../../shared/contract/note-row-faults.ts';
import { ImportRow } from '../../shared/contract/tables.ts';
import type { AttributeType } from '../../shared/domain/attribute-type.ts';
import type { RowFaults } from '../../shared/errors/row-faults.ts';
import { tryParse } from '../values/accepts.ts';
import { parseBoolean } from '../values/parse-boolean.ts';
import { parseDate, parseDatetime } from '../values/parse-datetime.ts';
import { parseLatitude, parseLatLong, parseLongitude } from '../values/parse-lat-long.ts';
import { parseInteger, parseNumber } from '../values/parse-number.ts';
import { parseSizeBytes } from '../values/parse-size.ts';
import type { Column, Columns } from './table-columns.ts';
import type { Cell, TableRow } from './table-row.ts';

/** A dataset to be made, and what of the table's computer goes into it. */
export interface LocalRow {
  row: number;
  dataset: ImportRow;
  /** Paths as the table has them. */
  files: string[];
}

/** What holds for rows that don't say otherwise. */
export interface RowDefaults {
  project?: string;
  held: boolean;
  /** Queue those that get no files. */
  queue: boolean;
}

type Reader = (text: string) => string | number | boolean | { latitude: number; longitude: number };

const READERS: Record<AttributeType, Reader> = {
  char: (text) => text,
  float: parseNumber,
  integer: parseInteger,
  filesize: parseSizeBytes,
  boolean: parseBoolean,
  datetime: parseDatetime,
  date: parseDate,
  url: (text) => text,
  'lat-long': parseLatLong,
};

/** Makes datasets of a table's rows, by the rules that the server has too. What is wrong with others is noted. */
export async function* makeRows(
  rows: AsyncIterable<TableRow>,
  columns: Columns,
  defaults: RowDefaults,
  faults: RowFaults,
): AsyncGenerator<LocalRow> {
  for await (const { row, cells, fault } of rows) {
    if (faults.room <= 0) return;
    if (fault !== undefined) {
      faults.add({ row }, fault);
      continue;
    }
    const draft = new RowDraft(row, faults, defaults);
    for (const cell of cells) draft.take(cell, columns.get(cell.header));
    const dataset = draft.finish();
    if (dataset !== undefined) yield { row, dataset, files: draft.files };
  }
}

/** A row that is being put together from its cells. */
class RowDraft {
  readonly files: string[] = [];
  readonly #row: number;
  readonly #faults: RowFaults;
  readonly #fields: Record<string, unknown>;
  readonly #queue: boolean;
  readonly #given = new Set<string>();
  readonly #attributes: Attribute[] = [];
  readonly #halves = new Map<string, Partial<Record<'latitude' | 'longitude', number>>>();
  #isSound = true;

  constructor(row: number, faults: RowFaults, { project, held, queue }: RowDefaults) {
    this.#row = row;
    this.#faults = faults;
    this.#fields = { project, held };
    this.#queue = queue;
  }

  take(cell: Cell, column: Column | undefined): void {
    if (column === undefined || column.kind === 'comment') return;
    if (column.kind === 'field') this.#takeField(cell, column.field);
    else if (column.kind === 'coordinate') this.#takeHalf(cell, column);
    else this.#takeAttribute(cell, column);
  }

  /** Undefined when something is wrong with it. */
  finish(): ImportRow | undefined {
    for (const [key, half] of this.#halves) {
      if (half.latitude === undefined || half.longitude === undefined) {
        this.#note(key, 'has only one of latitude and longitude');
      } else {
        this.#attributes.push({ key, type: 'lat-long', latitude: half.latitude, longitude: half.longitude });
      }
    }
    if (!this.#isSound) return undefined;
    const queue = this.#queue && this.files.length === 0 && this.#fields['held'] !== true;
    const given = { ...this.#fields, row: this.#row, queue, attributes: this.#attributes };
    const parsed = ImportRow.safeParse(given);
    if (parsed.success) return parsed.data;
    noteRowFaults(this.#faults, this.#row, given, parsed.error);
    return undefined;
  }

  #takeField({ text, isQuoted }: Cell, field: string): void {
    if (field === 'files') {
      const paths = isQuoted ? [text] : text.split(';');
      this.files.push(...paths.map((path) => path.trim()).filter((path) => path !== ''));
    } else if (this.#given.has(field)) {
      this.#note(field, 'stands more than once');
    } else if (field === 'priority') {
      this.#fields[field] = this.#read('integer', field, text.trim());
    } else if (field === 'held') {
      this.#fields[field] = this.#read('boolean', field, text.trim());
    } else {
      this.#fields[field === 'path' ? 'basePath' : field] = text;
    }
    this.#given.add(field);
  }

  #takeHalf({ text }: Cell, { key, part }: Column & { kind: 'coordinate' }): void {
    if (text.trim() === '') return;
    const parse = part === 'latitude' ? parseLatitude : parseLongitude;
    const degrees = tryParse(parse, text.trim());
    if (degrees === undefined) return this.#note(`${key}.${part}`, notOfType(text, part));
    this.#halves.set(key, { ...this.#halves.get(key), [part]: degrees });
  }

  #takeAttribute({ text }: Cell, { key, type }: Column & { kind: 'attribute' }): void {
    // Blanks are a text, and nothing else.
    if (type !== 'char' && text.trim() === '') return;
    const value = this.#read(type, key, type === 'char' ? text : text.trim());
    if (value === undefined) return;
    const content = typeof value === 'object' ? value : { value };
    // The table of readers is typed by attribute type; which one this is shows only at run time.
    this.#attributes.push({ key, type, ...content } as Attribute);
  }

  #read(type: AttributeType, column: string, text: string): ReturnType<Reader> | undefined {
    const value = tryParse(READERS[type], text);
    if (value === undefined) this.#note(column, notOfType(text, type));
    return value;
  }

  #note(column: string, message: string): void {
    this.#isSound = false;
    this.#faults.add({ row: this.#row, column }, message);
  }
}
