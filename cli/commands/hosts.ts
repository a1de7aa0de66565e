import type { Host } from '../../shared/contract/hosts.ts';
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

const COLUMNS: Column<Host>[] = [
  { title: 'host', cell: (host) => host.name },
  { title: 'state', cell: (host) => host.state, style: (host) => stateStyle(host.state) },
  { title: 'slots', cell: (host) => host.slots, align: 'right' },
  { title: 'holds', cell: (host) => host.holds.join(', ') },
  { title: 'version', cell: (host) => host.version },
  { title: 'last seen', cell: (host) => formatAge(host.lastSeenAt) },
];

export const addHostsCommand = defineCommand<[], ServerOptions & PageOptions>({
  name: 'hosts',
  summary: 'List the hosts, live ones first, with what they hold',
  example: 'crunch hosts',
  exitCodes: SERVER_COMMAND,
  configure: (command) => addServerOptions(addPageOptions(command)),
  async run(terminal, [], { limit, cursor, ...server }) {
    const client = await openClient(terminal, server);
    await printPage(terminal, await client.listHosts({ query: { limit, cursor } }), COLUMNS);
  },
});
