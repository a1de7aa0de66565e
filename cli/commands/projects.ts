import type { Project } from '../../shared/contract/projects.ts';
import { openClient } from '../connection/open-client.ts';
import type { ServerOptions } from '../connection/resolve-server.ts';
import { addServerOptions } from '../connection/server-options.ts';
import { defineCommand } from '../define-command.ts';
import { SERVER_COMMAND } from '../exit-codes.ts';
import { formatCounts } from '../output/format-counts.ts';
import { printPage } from '../output/print-page.ts';
import type { Column } from '../output/render-table.ts';
import { addPageOptions, type PageOptions } from '../values/page-options.ts';

const COLUMNS: Column<Project>[] = [
  { title: 'project', cell: (project) => project.slug },
  { title: 'visible', cell: (project) => project.visibility },
  { title: 'engine', cell: (project) => project.engine },
  { title: 'pool', cell: (project) => project.pool },
  { title: 'datasets', cell: countAll, align: 'right' },
  { title: 'states', cell: (project) => formatCounts(project.datasets) },
  { title: 'note', cell: (project) => noteOf(project), style: () => 'yellow' },
];

export const addProjectsCommand = defineCommand<[], ServerOptions & PageOptions & { archived?: boolean }>({
  name: 'projects',
  summary: 'List the projects with their datasets counted by state',
  example: 'crunch projects',
  exitCodes: SERVER_COMMAND,
  configure: (command) =>
    addServerOptions(addPageOptions(command).option('--archived', 'also those that are archived')),
  async run(terminal, [], { archived, limit, cursor, ...server }) {
    const client = await openClient(terminal, server);
    await printPage(terminal, await client.listProjects({ query: { archived, limit, cursor } }), COLUMNS);
  },
});

function noteOf({ archived, paused, warning }: Project): string {
  return archived ? 'archived' : paused ? 'paused' : (warning ?? '');
}

function countAll({ datasets }: Project): number {
  return Object.values(datasets).reduce((sum, count) => sum + count, 0);
}
