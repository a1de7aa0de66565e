import path from 'node:path';
import type { CrunchClient } from '../../client/index.ts';
import { IMPORT_LIMITS } from '../../shared/domain/import-limits.ts';
import type { ImportResult, ImportRow } from '../../shared/contract/tables.ts';
import { CrunchError, messageOf } from '../../shared/errors/crunch-error.ts';
import { RowFaults } from '../../shared/errors/row-faults.ts';
import type { Terminal } from '../output/terminal.ts';
import { untilInterrupted } from '../transfer/until-interrupted.ts';
import { listRowFiles } from './list-row-files.ts';
import { makeRows, type LocalRow, type RowDefaults } from './make-rows.ts';
import { openTable, type Table } from './open-table.ts';
import { readShown } from './read-shown.ts';
import { findColumns, type Columns } from './table-columns.ts';
import { uploadRowFiles, type UploadSummary } from './upload-row-files.ts';

export interface TableImport extends RowDefaults {
  file: string;
  /** What the table's files are relative to; its own folder when absent. */
  filesRoot?: string;
  dryRun: boolean;
}

/** What became, or would become, of a table. */
export interface TableOutcome extends ImportResult {
  rows: number;
  files: UploadSummary;
  columns: Columns;
  /** The first rows, as datasets. */
  first: ImportRow[];
}

interface Checked {
  rows: number;
  first: ImportRow[];
  files: { datasets: number; files: number; sizeBytes: number };
}

const SHOWN_ROWS = 3;

/**
 * Makes a dataset of each row of a table, all of them or none, and uploads their files. Everything is looked at before
 * anything is made: first for the columns' types, then for what is wrong, then by the server. Given again, it goes on
 * with what is missing. Throws `invalid-input` with the faults.
 */
export async function importTable(
  terminal: Terminal,
  client: CrunchClient,
  { file, filesRoot = path.dirname(file), dryRun, ...defaults }: TableImport,
): Promise<TableOutcome> {
  const table = await openTable(file);
  return untilInterrupted(async (signal) => {
    const hasProject = defaults.project !== undefined;
    const columns = await findColumns(readShown(terminal, 'reading', table, signal), { hasProject });
    const read = (verb: string, faults: RowFaults) =>
      makeRows(readShown(terminal, verb, table, signal), columns, defaults, faults);
    const faults = new RowFaults(IMPORT_LIMITS.faults);
    const { rows, first, files } = await check(read('checking', faults), filesRoot, faults);
    const outcome = { rows, columns, first, files: { ...files, unchanged: 0, skipped: 0 } };
    const result = await client.importDatasets(
      { query: { dryRun: dryRun ? 'true' : undefined }, body: datasetsOf(table, read('importing', faults), faults) },
      { signal },
    );
    if (dryRun || files.datasets === 0) return { ...outcome, ...result };
    try {
      const upload = { client, filesRoot, expected: files, queue: defaults.queue, signal };
      const summary = await uploadRowFiles(terminal, read('', faults), upload);
      return { ...outcome, ...result, files: summary };
    } catch (error) {
      throw explainRest(error, file);
    }
  });
}

/** Throws `invalid-input` with what is wrong with the rows and with the files that they name. */
async function check(rows: AsyncIterable<LocalRow>, filesRoot: string, faults: RowFaults): Promise<Checked> {
  const checked: Checked = { rows: 0, first: [], files: { datasets: 0, files: 0, sizeBytes: 0 } };
  for await (const { row, dataset, files } of rows) {
    checked.rows += 1;
    if (checked.first.length < SHOWN_ROWS) checked.first.push(dataset);
    if (files.length === 0) continue;
    try {
      const local = await listRowFiles(filesRoot, files);
      checked.files.datasets += 1;
      checked.files.files += local.length;
      checked.files.sizeBytes += local.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    } catch (error) {
      faults.add({ row, column: 'files' }, explainFiles(error));
    }
  }
  faults.throwIfFound();
  return checked;
}

async function* datasetsOf(
  { file }: Table,
  rows: AsyncIterable<LocalRow>,
  faults: RowFaults,
): AsyncGenerator<ImportRow> {
  for await (const { dataset } of rows) yield dataset;
  if (faults.found) throw new CrunchError('conflict', `${file} changed while it was read. Import it again.`);
}

function explainFiles(error: unknown): string {
  const fields = error instanceof CrunchError ? error.fields : [];
  return [messageOf(error), ...fields.map(({ path: where, message }) => `${where}: ${message}`)].join(' ');
}

function explainRest(error: unknown, file: string): unknown {
  if (!(error instanceof CrunchError)) return error;
  const { code, message, fields } = error;
  const rest = `The datasets are in the catalog: import ${file} again to go on with their files.`;
  return new CrunchError(code, `${message} ${rest}`, { cause: error, fields });
}
