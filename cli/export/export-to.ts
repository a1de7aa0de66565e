import path from 'node:path';
import type { CrunchClient } from '../../client/index.ts';
import { EXPORT_FORMATS, type ExportFormat } from '../../shared/contract/tables.ts';
import type { DatasetState } from '../../shared/domain/dataset-state.ts';
import type { Terminal } from '../output/terminal.ts';
import { placeFile } from '../transfer/place-file.ts';
import { untilInterrupted } from '../transfer/until-interrupted.ts';

interface Export {
  filter: { project: string[]; state: DatasetState[]; search?: string };
  column: string[];
  /** As the ending of the file says when absent, else CSV. */
  format?: ExportFormat;
  /** Standard output when absent. A file of that name is replaced when all has arrived. */
  output?: string;
}

/** Writes datasets as a table, as they come, and gives its size in bytes. */
export async function exportTo(
  terminal: Terminal,
  client: CrunchClient,
  { filter, column, format, output }: Export,
): Promise<number> {
  const query = { ...filter, column, format: format ?? formatOf(output) };
  return untilInterrupted(async (signal) => {
    const body = await client.exportDatasets({ query }, { signal });
    let sizeBytes = 0;
    const count = (bytes: number): void => void (sizeBytes += bytes);
    if (output === undefined) await terminal.printStream(body);
    else await placeFile(body, output, { path: output, size: null, sha256: null, signal, count });
    return sizeBytes;
  });
}

function formatOf(file: string | undefined): ExportFormat {
  const ending = path
    .extname(file ?? '')
    .slice(1)
    .toLowerCase();
  return EXPORT_FORMATS.find((format) => format === ending) ?? 'csv';
}
