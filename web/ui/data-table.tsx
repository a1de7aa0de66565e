import { Table } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './data-table.module.css';

export interface Column<Row> {
  title: string;
  cell: (row: Row) => ReactNode;
  align?: 'right';
  /** Takes the room that is left, and cuts a text that is longer. */
  wide?: boolean;
  /** Cuts a text that is longer than words mostly are. */
  short?: boolean;
  /** Cuts a text that is longer than names mostly are. */
  medium?: boolean;
  /** On a phone, where a row becomes a card: `head` is its first line, `line` one of its own, `bare` has no title. */
  phone?: 'head' | 'line' | 'bare' | 'hide';
  /** The whole of a text that may be cut, for those who point at it; a cell that is a text needs none. */
  hint?: (row: Row) => string;
}

interface DataTableProps<Row> {
  /** What it lists, for those who don't see it. */
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string | number;
}

/** A dense table; on a phone each row becomes a card. */
export function DataTable<Row>({ label, columns, rows, keyOf }: DataTableProps<Row>) {
  return (
    <Table className={classes.table} aria-label={label} verticalSpacing={0}>
      <Table.Thead>
        <Table.Tr>
          {columns.map((column) => (
            <Table.Th key={column.title} scope="col" className={column.align === 'right' ? classes.right : undefined}>
              {column.title}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map((row) => (
          <Table.Tr key={keyOf(row)}>
            {columns.map((column) => (
              <Cell key={column.title} column={column} row={row} />
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Cell<Row>({ column, row }: { column: Column<Row>; row: Row }) {
  const content = column.cell(row);
  const hint = column.hint?.(row) ?? (typeof content === 'string' ? content : undefined);
  return (
    <Table.Td data-title={column.title} className={classesOf(column)} title={hint}>
      {content}
    </Table.Td>
  );
}

const WIDTHS = ['wide', 'medium', 'short'] as const;

function classesOf(column: Column<never>): string {
  const { align, phone } = column;
  const names = [align && classes[align], phone && classes[phone], ...WIDTHS.map((it) => column[it] && classes[it])];
  return names.filter(Boolean).join(' ');
}
