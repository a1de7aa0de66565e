import type { Status } from '../../shared/contract/datasets.ts';
import { openClient } from '../connection/open-client.ts';
import type { ServerOptions } from '../connection/resolve-server.ts';
import { addServerOptions } from '../connection/server-options.ts';
import { defineCommand } from '../define-command.ts';
import { SERVER_COMMAND } from '../exit-codes.ts';
import { formatAge } from '../../shared/domain/format-time.ts';
import { printPage } from '../output/print-page.ts';
import type { Column } from '../output/render-table.ts';
import { stateStyle } from '../output/state-style.ts';
import { addPageOptions, type PageOptions } from '../values/page-options.ts';

const COLUMNS: Column<Status>[] = [
  { title: 'when', cell: (status) => formatAge(status.at) },
  { title: 'stage', cell: (status) => status.stage },
  { title: 'state', cell: (status) => status.state, style: (status) => stateStyle(status.state) },
  { title: 'host', cell: (status) => status.host },
  { title: 'note', cell: (status) => status.note },
];

export const addStatusesCommand = defineCommand<[slug: string], ServerOptions & PageOptions>({
  name: 'statuses',
  summary: 'List what happened to a dataset, oldest first',
  example: 'crunch statuses penguins:torgersen',
  exitCodes: [...SERVER_COMMAND, 4],
  configure: (command) => addServerOptions(addPageOptions(command.argument('<dataset>', 'the slug of the dataset'))),
  async run(terminal, [slug], { limit, cursor, ...server }) {
    const client = await openClient(terminal, server);
    await printPage(terminal, await client.listStatuses({ params: { slug }, query: { limit, cursor } }), COLUMNS);
  },
});
