import { printableLine } from './printable.ts';
import type { Terminal } from './terminal.ts';

export interface Column<Row> {
  title: string;
  cell(row: Row): string | number | null;
  /** Numbers and sizes stand to the right. */
  align?: 'left' | 'right';
  /** How the cell is styled at a terminal; nothing when undefined. */
  style?(row: Row): Parameters<Terminal['style']>[0] | undefined;
}

const NO_LINES = Object.fromEntries(
  [
    ...['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'],
    ...['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'],
  ].map((part) => [part, '']),
);

/** Renders rows as a table without lines: titles above, two blanks between columns. */
export async function renderTable<Row>(
  terminal: Terminal,
  rows: readonly Row[],
  columns: readonly Column<Row>[],
): Promise<string> {
  const { default: Table } = await import('cli-table3');
  const table = new Table({
    head: columns.map((column) => terminal.style('bold', column.title)),
    colAligns: columns.map((column) => column.align ?? 'left'),
    chars: { ...NO_LINES, middle: '  ' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0, compact: true },
  });
  table.push(...rows.map((row) => columns.map((column) => renderCell(terminal, row, column))));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** Renders names and values below each other, the values in one column. Fields without a value are left out. */
export function renderFields(
  terminal: Terminal,
  fields: readonly (readonly [name: string, value: string | number | null | undefined])[],
): string {
  const known = fields.filter(([, value]) => value !== null && value !== undefined && value !== '');
  const width = Math.max(0, ...known.map(([name]) => name.length));
  return known
    .map(([name, value]) => `${terminal.style('bold', name.padEnd(width))}  ${printableLine(String(value))}`)
    .join('\n');
}

function renderCell<Row>(terminal: Terminal, row: Row, column: Column<Row>): string {
  const text = printableLine(String(column.cell(row) ?? '–'));
  const style = column.style?.(row);
  return style ? terminal.style(style, text) : text;
}
