import type { Dataset } from '../../shared/contract/datasets.ts';

import { openClient } from '../connection/open-client.ts';
import type { ServerOptions } from '../connection/resolve-server.ts';
import { addServerOptions } from '../connection/server-options.ts';
import { defineCommand } from '../define-command.ts';
import { SERVER_COMMAND } from '../exit-codes.ts';
import { printPage } from '../output/print-page.ts';
import type { Column } from '../output/render-table.ts';
import { stateStyle } from '../output/state-style.ts';
import { addPageOptions, type PageOptions } from '../values/page-options.ts';
import { addFilterOptions, type FilterOptions } from '../values/filter-options.ts';

interface DatasetsOptions extends ServerOptions, PageOptions, FilterOptions {
  search?: string;
}

const COLUMNS: Column<Dataset>[] = [
  { title: 'dataset', cell: (dataset) => dataset.slug },
  { title: 'state', cell: (dataset) => dataset.state, style: (dataset) => stateStyle(dataset.state) },
  { title: 'stage', cell: (dataset) => dataset.stage },
  { title: 'host', cell: (dataset) => dataset.host },
  { title: 'runs', cell: (dataset) => dataset.runs, align: 'right' },
  { title: 'reason', cell: (dataset) => dataset.reason ?? (dataset.held ? 'held' : '') },
];

export const addDatasetsCommand = defineCommand<[], DatasetsOptions>({
  name: 'datasets',
  summary: 'List datasets',
  example: 'crunch datasets --project penguins --state failed',
  exitCodes: SERVER_COMMAND,
  configure: (command) =>
    addServerOptions(
      addPageOptions(addFilterOptions(command).option('--search <text>', 'only those whose name contains the text')),
    ),
  async run(terminal, [], { project = [], state = [], search, limit, cursor, ...server }) {
    const client = await openClient(terminal, server);
    const page = await client.listDatasets({ query: { project, state, search, limit, cursor } });
    await printPage(terminal, page, COLUMNS);
  },
});
