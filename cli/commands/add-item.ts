import { openClient } from '../connection/open-client.ts';
import type { ServerOptions } from '../connection/resolve-server.ts';
import { addServerOptions } from '../connection/server-options.ts';
import { defineCommand } from '../define-command.ts';
import { SERVER_COMMAND } from '../exit-codes.ts';
import { addDescriptionOptions, type DescriptionOptions } from '../values/description-options.ts';

export const addAddItemCommand = defineCommand<[parent: string, name: string], ServerOptions & DescriptionOptions>({
  name: 'add-item',
  summary: 'Add an item below a project, a dataset or another item; prints its slug',
  example: 'crunch add-item penguins:torgersen "Nest 12"',
  exitCodes: [...SERVER_COMMAND, 4, 5],
  configure: (command) =>
    addServerOptions(
      addDescriptionOptions(
        command.argument('<parent>', 'the slug of the item above').argument('<name>', 'the name of the new item'),
      ),
    ),
  async run(terminal, [parent, name], { description, details, ...server }) {
    const client = await openClient(terminal, server);
    const { slug } = await client.createItem({ body: { parent, name, description, details } });
    terminal.printResult({ slug }, (it) => it.slug);
  },
});
