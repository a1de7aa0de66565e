import type { Command } from 'commander';
import type { Attribute } from '../../shared/contract/attributes.ts';
import { openClient } from '../connection/open-client.ts';
import type { ServerOptions } from '../connection/resolve-server.ts';
import { addServerOptions } from '../connection/server-options.ts';
import { defineCommand, type CommandAdder } from '../define-command.ts';
import { SERVER_COMMAND } from '../exit-codes.ts';
import type { Terminal } from '../output/terminal.ts';
import { parseLatitude, parseLongitude } from '../values/parse-lat-long.ts';
import { VALUE_ATTRIBUTES, type ValueAttribute } from '../values/value-attributes.ts';

/** The commands that add an attribute to an item, one for each type. */
export const attributeCommandAdders: readonly CommandAdder[] = [
  ...VALUE_ATTRIBUTES.map(defineValueCommand),
  defineCommand<[item: string, key: string, latitude: number, longitude: number], ServerOptions>({
    name: 'add-lat-long-attribute',
    summary: 'Add a place on Earth to an item',
    example: 'crunch add-lat-long-attribute penguins:torgersen position -64.77 -64.07',
    exitCodes: [...SERVER_COMMAND, 4, 5],
    configure: (command) =>
      addServerOptions(
        addItemAndKey(command)
          .argument('<latitude>', 'degrees north', parseLatitude)
          .argument('<longitude>', 'degrees east', parseLongitude),
      ),
    run: (terminal, [item, key, latitude, longitude], server) =>
      createAttribute(terminal, server, item, { key, type: 'lat-long', latitude, longitude }),
  }),
];

function defineValueCommand({ type, value, example, parse }: ValueAttribute): CommandAdder {
  return defineCommand<[item: string, key: string, value: string | number | boolean], ServerOptions>({
    name: `add-${type}-attribute`,
    summary: `Add an attribute of the type ${type} to an item`,
    example: `crunch add-${type}-attribute penguins:torgersen ${example}`,
    exitCodes: [...SERVER_COMMAND, 4, 5],
    configure: (command) =>
      addServerOptions(addItemAndKey(command).argument('<value>', value, parse ?? ((text: string) => text))),
    run: (terminal, [item, key, parsed], server) =>
      // `parse` and `type` stand in one row of the table, which the compiler can't follow.
      createAttribute(terminal, server, item, { key, type, value: parsed } as Attribute),
  });
}

function addItemAndKey(command: Command): Command {
  return command
    .argument('<item>', 'the slug of a project, a dataset or an item')
    .argument('<key>', 'the key of the attribute');
}

async function createAttribute(
  terminal: Terminal,
  server: ServerOptions,
  item: string,
  attribute: Attribute,
): Promise<void> {
  const client = await openClient(terminal, server);
  const { slug } = await client.createAttribute({ body: { item, attribute } });
  terminal.printResult({ slug }, (it) => it.slug);
}
