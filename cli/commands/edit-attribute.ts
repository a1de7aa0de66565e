import { Option, type Command } from 'commander';
import { openClient } from '../connection/open-client.ts';
import type { ServerOptions } from '../connection/resolve-server.ts';
import { addServerOptions } from '../connection/server-options.ts';
import { defineCommand, type CommandAdder } from '../define-command.ts';
import { SERVER_COMMAND } from '../exit-codes.ts';
import { ATTRIBUTE_TYPES, type AttributeType } from '../../shared/domain/attribute-type.ts';
import { parseInteger } from '../values/parse-number.ts';

interface PickOptions extends ServerOptions {
  id?: number;
}

interface EditOptions extends PickOptions {
  type?: AttributeType;
  newKey?: string;
}

const PICKING = 'Where several attributes have the key, --id says which; `crunch show ITEM --json` has the ids.';

const addEditCommand = defineCommand<[item: string, key: string, values: string[]], EditOptions>({
  name: 'edit-attribute',
  summary: 'Give an attribute of an item another value, key or type; prints the item’s slug',
  details: `The value is given as to the command that adds one of its type: for a place, latitude and longitude. ${PICKING}`,
  example: 'crunch edit-attribute penguins:torgersen position -64.77 -64.08',
  exitCodes: [...SERVER_COMMAND, 4, 5],
  configure: (command) =>
    addPickOptions(addItemAndKey(command).argument('<value...>', 'its new value'))
      .addOption(new Option('--type <type>', 'its new type (default: the one it has)').choices(ATTRIBUTE_TYPES))
      .option('--new-key <key>', 'its new key'),
  async run(terminal, [item, key, values], { id, type, newKey, ...server }) {
    const { findAttribute } = await import('../attributes/find-attribute.ts');
    const { parseAttribute } = await import('../attributes/parse-attribute.ts');
    const client = await openClient(terminal, server);
    const { version, attribute } = await findAttribute(client, item, { key, id });
    const body = parseAttribute({ key: newKey ?? key, type: type ?? attribute.type }, values);
    const headers = { 'if-match': `"${version}"` };
    const { slug } = await client.changeAttribute({ params: { id: attribute.id }, headers, body });
    terminal.printResult({ slug }, (it) => it.slug);
  },
});

const addDeleteCommand = defineCommand<[item: string, key: string], PickOptions>({
  name: 'delete-attribute',
  summary: 'Remove an attribute of an item; prints the item’s slug',
  details: PICKING,
  example: 'crunch delete-attribute penguins:torgersen position',
  exitCodes: [...SERVER_COMMAND, 4, 5],
  configure: (command) => addPickOptions(addItemAndKey(command)),
  async run(terminal, [item, key], { id, ...server }) {
    const { findAttribute } = await import('../attributes/find-attribute.ts');
    const client = await openClient(terminal, server);
    const { slug, version, attribute } = await findAttribute(client, item, { key, id });
    await client.deleteAttribute({ params: { id: attribute.id }, headers: { 'if-match': `"${version}"` } });
    terminal.printResult({ slug }, (it) => it.slug);
  },
});

/** `crunch edit-attribute` and `delete-attribute`. */
export const attributeEditAdders: readonly CommandAdder[] = [addEditCommand, addDeleteCommand];

function addItemAndKey(command: Command): Command {
  return command
    .argument('<item>', 'the slug of a project, a dataset or an item')
    .argument('<key>', 'the key of the attribute');
}

function addPickOptions(command: Command): Command {
  return addServerOptions(command).option(
    '--id <n>',
    'the attribute’s id, where its key stands more than once',
    parseInteger,
  );
}
