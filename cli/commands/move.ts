import { openClient } from '../connection/open-client.ts';
import type { ServerOptions } from '../connection/resolve-server.ts';
import { addServerOptions } from '../connection/server-options.ts';
import { defineCommand } from '../define-command.ts';
import { SERVER_COMMAND } from '../exit-codes.ts';
import { requireChange } from '../values/require-change.ts';

interface MoveOptions extends ServerOptions {
  to?: string;
  name?: string;
}

export const addMoveCommand = defineCommand<[slug: string], MoveOptions>({
  name: 'move',
  summary: 'Move an item below another one, or rename a project, a dataset or an item; prints its new slug',
  details:
    'A dataset goes to another project, an item anywhere in its project, each with all that is below it. Slugs follow, and looking something up by an old slug still finds it. Files stay where they are in storage. Refused while a dataset that would move has an open run.',
  example: 'crunch move penguins:torgersen --name "Torgersen Island"',
  exitCodes: [...SERVER_COMMAND, 4, 5],
  configure: (command) =>
    addServerOptions(
      command
        .argument('<slug>', 'the slug of what moves')
        .option('--to <slug>', 'the slug of the project or item below which it goes')
        .option('--name <name>', 'its new name'),
    ),
  async run(terminal, [slug], { to, name, ...server }) {
    const body = requireChange({ parent: to, name });
    const client = await openClient(terminal, server);
    const item = await client.moveItem({ params: { slug }, body });
    terminal.printResult({ slug: item.slug }, (it) => it.slug);
  },
});
