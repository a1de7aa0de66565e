import type { AttributeType } from '../../shared/domain/attribute-type.ts';
import {
  COMMENT_MARK,
  parseAttributeHeader,
  TABLE_FIELDS,
  type TableField,
} from '../../shared/domain/table-columns.ts';
import { IMPORT_LIMITS } from '../../shared/domain/import-limits.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { RowFaults } from '../../shared/errors/row-faults.ts';
import { TypeGuess } from './guess-type.ts';
import type { TableRow } from './table-row.ts';

/** What a column of a table says of its row's dataset. */
export type Column =
  | { kind: 'field'; field: TableField | 'files' }
  | { kind: 'attribute'; key: string; type: AttributeType; isGuessed: boolean }
  /** Half of a lat-long, whose other half has a column of its own. */
  | { kind: 'coordinate'; key: string; part: 'latitude' | 'longitude' }
  /** Nothing that an import could set. */
  | { kind: 'comment' };

/** The columns of a table by header, in the order of the table. */
export type Columns = ReadonlyMap<string, Column>;

const FIELDS: Record<string, TableField | 'files'> = {
  ...Object.fromEntries(TABLE_FIELDS.map((field) => [field, field])),
  parent: 'project',
  files: 'files',
};

/**
 * Reads a table once to find its columns and their types. Throws `invalid-input` unless they tell of each dataset its
 * name, and its project where `hasProject` isn't true; where no row could be read, with why.
 */
export async function findColumns(
  rows: AsyncIterable<TableRow>,
  { hasProject }: { hasProject: boolean },
): Promise<Columns> {
  const guesses = new Map<string, TypeGuess>();
  const unread = new RowFaults(IMPORT_LIMITS.faults);
  for await (const { row, cells, fault } of rows) {
    if (fault !== undefined) unread.add({ row }, fault);
    for (const cell of cells) {
      let guess = guesses.get(cell.header);
      if (guess === undefined) guesses.set(cell.header, (guess = new TypeGuess()));
      guess.see(cell);
    }
  }
  const headers = new Set(guesses.keys());
  if (headers.size === 0) unread.throwIfFound();
  const columns = new Map([...guesses].map(([header, guess]) => [header, readColumn(header, guess, headers)] as const));
  requireColumns(columns, hasProject);
  return columns;
}

function requireColumns(columns: Columns, hasProject: boolean): void {
  const fields = new Set([...columns.values()].map((column) => column.kind === 'field' && column.field));
  const had = columns.size === 0 ? 'It holds no rows.' : `It has: ${[...columns.keys()].join(', ')}.`;
  if (!fields.has('name')) throw new CrunchError('invalid-input', `The table has no column “name”. ${had}`);
  if (!fields.has('project') && !hasProject) {
    throw new CrunchError('invalid-input', `The table has no column “project”; say with --project where to. ${had}`);
  }
}

function readColumn(header: string, guess: TypeGuess, headers: ReadonlySet<string>): Column {
  const declared = parseAttributeHeader(header);
  if (declared !== undefined) return { kind: 'attribute', ...declared, isGuessed: false };
  if (header.startsWith(COMMENT_MARK) || header === '') return { kind: 'comment' };
  const field = FIELDS[header.toLowerCase()];
  if (field !== undefined) return { kind: 'field', field };
  const [, key = '', part] = /^(.+)\.(latitude|longitude)$/i.exec(header) ?? [];
  if (part !== undefined && [...headers].some((other) => isOtherHalf(other, key, part))) {
    return { kind: 'coordinate', key, part: part.toLowerCase() === 'latitude' ? 'latitude' : 'longitude' };
  }
  return { kind: 'attribute', key: header, type: guess.type, isGuessed: true };
}

function isOtherHalf(header: string, key: string, part: string): boolean {
  const other = part.toLowerCase() === 'latitude' ? 'longitude' : 'latitude';
  return header.toLowerCase() === `${key.toLowerCase()}.${other}` && header.startsWith(`${key}.`);
}
