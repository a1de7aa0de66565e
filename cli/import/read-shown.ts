import { throwIfAborted } from '../../platform/throw-if-aborted.ts';
import { showTransfer } from '../output/transfer-progress.ts';
import type { Terminal } from '../output/terminal.ts';
import type { Table } from './open-table.ts';
import type { TableRow } from './table-row.ts';

/** The rows of a table, with a bar where somebody watches, unless there is no word for what is done. */
export async function* readShown(
  terminal: Terminal,
  verb: string,
  table: Table,
  signal: AbortSignal,
): AsyncGenerator<TableRow> {
  const progress = terminal.interactive && verb !== '' ? await showTransfer(terminal, verb) : undefined;
  progress?.begin(1, table.sizeBytes);
  try {
    for await (const row of table.rows((bytes) => progress?.advance(bytes))) {
      throwIfAborted(signal);
      yield row;
    }
  } finally {
    progress?.end();
  }
}
