import type { ListedDataset } from '../../shared/contract/dataset-lists.ts';
import { parseColumns } from '../../shared/domain/filter/parse-columns.ts';
import { assertProjectsExist } from '../connection/assert-projects-exist.ts';
import { openClient } from '../connection/open-client.ts';
import type { ServerOptions } from '../connection/resolve-server.ts';
import { addServerOptions } from '../connection/server-options.ts';
import { defineCommand } from '../define-command.ts';
import { SERVER_COMMAND } from '../exit-codes.ts';
import { formatAttribute } from '../output/format-attribute.ts';
import { printPage } from '../output/print-page.ts';
import type { Column } from '../output/render-table.ts';
import { stateStyle } from '../output/state-style.ts';
import { addPageOptions, type PageOptions } from '../values/page-options.ts';
import { addFilterOptions, type FilterOptions } from '../values/filter-options.ts';

interface DatasetsOptions extends ServerOptions, PageOptions, FilterOptions {
  sort?: string;
  columns?: string;
  archived?: boolean;
}

const COLUMNS: Column<ListedDataset>[] = [
  { title: 'dataset', cell: (dataset) => dataset.slug },
  { title: 'state', cell: (dataset) => dataset.state, style: (dataset) => stateStyle(dataset.state) },
  { title: 'stage', cell: (dataset) => dataset.stage },
  { title: 'host', cell: (dataset) => dataset.host },
  { title: 'runs', cell: (dataset) => dataset.runs, align: 'right' },
  {
    title: 'reason',
    cell: (dataset) => (dataset.archived ? 'archived' : (dataset.reason ?? (dataset.held ? 'held' : ''))),
  },
];

export const addDatasetsCommand = defineCommand<[], DatasetsOptions>({
  name: 'datasets',
  summary: 'List datasets',
  details:
    'A filter compares fields (name, slug, project, state, stage, host, reason, priority, held, created, updated, ' +
    'queued, started, finished, runs, files, size, text) and attributes (attr.KEY) by = != < <= > >= ~ in (…) and ' +
    'is empty, joined by and, or, not and brackets. The manual has it all: docs/filters.md.',
  example:
    "crunch datasets --filter 'state = failed and attr.depth > 10' --sort=-updated --columns attr.depth,attr.site",
  exitCodes: [...SERVER_COMMAND, 4],
  configure: (command) =>
    addServerOptions(
      addPageOptions(
        addFilterOptions(command)
          .option('--sort <field>', 'order by a field or attr.KEY; turned round with - before it: --sort=-updated')
          .option('--columns <keys>', 'attributes to show: attr.depth,attr.site')
          .option('--archived', 'also those that are archived'),
      ),
    ),
  async run(terminal, [], options) {
    const { project = [], state = [], filter, sort, columns, archived, limit, cursor, ...server } = options;
    const client = await openClient(terminal, server);
    const query = { project, state, filter, sort, columns, archived, limit, cursor };
    const page = await client.listDatasets({ query });
    if (page.items.length === 0) await assertProjectsExist(client, project);
    await printPage(terminal, page, [...COLUMNS, ...attributeColumns(columns)]);
  },
});

/** The server has accepted them by now. */
function attributeColumns(columns: string | undefined): Column<ListedDataset>[] {
  return (columns === undefined ? [] : parseColumns(columns)).map((key) => ({
    title: key,
    cell: ({ attributes }) => {
      const values = attributes.filter((attribute) => attribute.key === key).map(formatAttribute);
      return values.length > 0 ? values.join('; ') : null;
    },
  }));
}
