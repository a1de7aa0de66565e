import { stringify } from 'csv-stringify/sync';
import type { AttributeColumn, ExportedDataset } from '../../catalog/export-datasets.ts';
import { defuseCell } from '../../shared/domain/defuse-cell.ts';
import { DATASET_FIELDS, type TableValue } from './dataset-fields.ts';
import { cellsOf, groupValues, headersOf, type ColumnChoice } from './table-columns.ts';

type Pages = AsyncIterable<ExportedDataset[]>;

/** Cells stand between commas or tabs; what would end one too early, or get lost at its ends, is quoted. */
interface CellFormat {
  delimiter: ',' | '\t';
}

const NEEDS_QUOTES = /^\s|\s$|\r/;

/** Datasets as CSV or TSV, a text for each page. */
export async function* writeCells(
  pages: Pages,
  choice: ColumnChoice,
  attributes: AttributeColumn[],
  { delimiter }: CellFormat,
): AsyncGenerator<string> {
  const write = (rows: string[][]) => stringify(rows, { delimiter, quoted_match: NEEDS_QUOTES });
  yield write([headersOf(choice, attributes).map(defuseCell)]);
  for await (const datasets of pages) {
    yield write(datasets.map((dataset) => cellsOf(dataset, choice, attributes).map(textOf)));
  }
}

/** Datasets as JSON documents, one a line; what a dataset lacks is left out. */
export async function* writeLines(pages: Pages, choice: ColumnChoice): AsyncGenerator<string> {
  for await (const datasets of pages) {
    yield datasets.map((dataset) => `${JSON.stringify(documentOf(dataset, choice))}\n`).join('');
  }
}

/** Numbers and places can't be formulas that do anything, and stay what a spreadsheet calculates with. */
function textOf(value: TableValue): string {
  if (value === null) return '';
  if (typeof value === 'string') return defuseCell(value);
  if (typeof value === 'object') return `${value.latitude}, ${value.longitude}`;
  return String(value);
}

function documentOf(dataset: ExportedDataset, choice: ColumnChoice): Record<string, TableValue | TableValue[]> {
  const fields = choice.fields.map((field) => [field, DATASET_FIELDS[field](dataset)] as const);
  const attributes = [...groupValues(dataset, choice)].map(
    ([header, values]) => [header, values.length === 1 ? (values[0] ?? null) : values] as const,
  );
  return Object.fromEntries([...fields.filter(([, value]) => value !== null && value !== ''), ...attributes]);
}
