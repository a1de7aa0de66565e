import { openClient } from '../connection/open-client.ts';
import type { ServerOptions } from '../connection/resolve-server.ts';
import { addServerOptions } from '../connection/server-options.ts';
import { defineCommand } from '../define-command.ts';
import { SERVER_COMMAND } from '../exit-codes.ts';
import { presentDataset, presentItem, presentProject } from '../output/present-item.ts';

export const addShowCommand = defineCommand<[slug: string], ServerOptions>({
  name: 'show',
  summary: 'Show a project, a dataset or an item',
  details: 'Of a failed dataset it shows first why: the stage, the host, and the last lines of the log.',
  example: 'crunch show penguins:torgersen',
  exitCodes: [...SERVER_COMMAND, 4],
  configure: (command) => addServerOptions(command.argument('<slug>', 'the slug of a project, a dataset or an item')),
  async run(terminal, [slug], server) {
    const client = await openClient(terminal, server);
    const item = await client.getItem({ params: { slug } });
    const params = { slug: item.slug };
    const totals = await client.getTotals({ params });
    if (item.kind === 'project') {
      const project = await client.getProject({ params });
      const shown = { ...project, attributes: item.attributes, totals };
      return terminal.printResult(shown, (it) => presentProject(terminal, it));
    }
    if (item.kind === 'dataset') {
      const dataset = await client.getDataset({ params });
      return terminal.printResult({ ...dataset, totals }, (it) => presentDataset(terminal, it));
    }
    terminal.printResult({ ...item, totals }, (it) => presentItem(terminal, it));
  },
});
