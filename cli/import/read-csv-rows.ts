import { pipeline } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { decodeUtf8 } from '../../platform/split-lines.ts';
import { restoreCell } from '../../shared/domain/defuse-cell.ts';
import { IMPORT_LIMITS } from '../../shared/domain/import-limits.ts';
import type { TableRow } from './table-row.ts';

const FAULTS: Record<string, string> = {
  CSV_QUOTE_NOT_CLOSED: 'a quote is opened and not closed',
  CSV_INVALID_CLOSING_QUOTE: 'something stands between a closing quote and the end of the cell',
  INVALID_OPENING_QUOTE: 'a quote stands inside a cell that doesn’t begin with one; write it twice, and quote the cell',
  CSV_MAX_RECORD_SIZE: `is longer than ${IMPORT_LIMITS.rowLength} characters; is a quote not closed?`,
};

/** The rows of CSV or TSV below its header. Rows without any cell filled are left out, but counted. */
export async function* readCsvRows(chunks: AsyncIterable<Buffer>, delimiter: string): AsyncGenerator<TableRow> {
  const parser = parse({
    delimiter,
    // A row may end like one of Windows in the middle of a file that doesn't.
    record_delimiter: ['\r\n', '\n'],
    relax_column_count: true,
    max_record_size: IMPORT_LIMITS.rowLength,
  });
  // Whoever reads the parser hears of failures.
  pipeline(chunks, decode, parser, () => {});
  let headers: string[] | undefined;
  let row = 0;
  try {
    for await (const record of parser as AsyncIterable<string[]>) {
      row += 1;
      if (headers === undefined) headers = record.map((header) => restoreCell(header).trim());
      else if (record.some((text) => text !== '')) yield makeRow(row, headers, record);
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    // Rows that were read before it may be lost with it, and so it counts itself.
    yield { row: Number(error['records'] ?? row) + 1, cells: [], fault: FAULTS[error.code] ?? error.message };
  }
}

function makeRow(row: number, headers: string[], record: string[]): TableRow {
  const filled = record.findLastIndex((text) => text !== '') + 1;
  if (filled > headers.length) {
    return { row, cells: [], fault: `has ${filled} cells, where the header has ${headers.length}` };
  }
  const cells = headers.map((header, index) => ({ header, text: restoreCell(record[index] ?? '') }));
  return { row, cells: cells.filter(({ text }) => text !== '') };
}

async function* decode(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decodeChunk = decodeUtf8();
  for await (const chunk of chunks) yield decodeChunk(chunk);
  yield decodeChunk();
}
