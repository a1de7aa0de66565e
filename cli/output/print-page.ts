import { renderTable, type Column } from './render-table.ts';
import type { Terminal } from './terminal.ts';

interface Page<Row> {
  items: Row[];
  /** The cursor of the next page, null after the last. */
  next: string | null;
}

/** Prints one page of a list: as JSON, or as a table with a hint on stderr when more follows. */
export async function printPage<Row>(
  terminal: Terminal,
  page: Page<Row>,
  columns: readonly Column<Row>[],
): Promise<void> {
  if (terminal.json) return terminal.printJson(page);
  if (page.items.length === 0) return terminal.note('nothing to show');
  terminal.print(await renderTable(terminal, page.items, columns));
  if (page.next !== null) terminal.note(`there is more: add --cursor ${page.next}`);
}
