import { Readable } from 'node:stream';
import { exportDatasets, findAttributeColumns } from '../../catalog/export-datasets.ts';
import { importDatasets } from '../../catalog/import/import-datasets.ts';
import type { ExportFormat, tableEndpoints } from '../../shared/contract/tables.ts';
import { IMPORT_LIMITS } from '../../shared/domain/import-limits.ts';
import { RowFaults } from '../../shared/errors/row-faults.ts';
import { writeCells, writeLines } from '../export/export-table.ts';
import { chooseColumns } from '../export/table-columns.ts';
import type { HandlersOf } from '../handler.ts';
import { findImportRights } from '../import/find-import-rights.ts';
import { makeProjectFinder } from '../import/find-open-project.ts';
import { readImportRows } from '../import/read-import-rows.ts';
import { scopeOf } from '../scope-of.ts';

const MEDIA_TYPES: Record<ExportFormat, string> = {
  csv: 'text/csv; charset=utf-8; header=present',
  tsv: 'text/tab-separated-values; charset=utf-8',
  jsonl: 'application/x-ndjson',
};

export const tableHandlers: HandlersOf<typeof tableEndpoints> = {
  async importDatasets({ catalog, imports }, { query, body, caller, identifyAgain }) {
    const faults = new RowFaults(IMPORT_LIMITS.faults);
    const rows = readImportRows(body, { faults, findProject: makeProjectFinder(catalog, caller) });
    const findRights = (projects: string[]) => findImportRights(catalog, identifyAgain, projects);
    const dryRun = query.dryRun !== undefined;
    return imports.run(() => importDatasets(catalog, { rows, faults, dryRun, actor: caller, findRights }));
  },

  async exportDatasets({ catalog }, { query, caller }) {
    const { format, column } = query;
    const scope = scopeOf(query, caller);
    const choice = chooseColumns(column);
    const pages = exportDatasets(catalog, scope);
    const file = { offset: 0, fileName: `datasets.${format}`, type: MEDIA_TYPES[format] };
    if (format === 'jsonl') return { ...file, stream: Readable.from(writeLines(pages, choice)) };
    const attributes = (await findAttributeColumns(catalog, scope)).filter(choice.wantsAttribute);
    const delimiter = format === 'csv' ? ',' : '\t';
    return { ...file, stream: Readable.from(writeCells(pages, choice, attributes, { delimiter })) };
  },
};
