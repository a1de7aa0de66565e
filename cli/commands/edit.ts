import { Option, type Command } from 'commander';
import { openClient } from '../connection/open-client.ts';
import type { ServerOptions } from '../connection/resolve-server.ts';
import { addServerOptions } from '../connection/server-options.ts';
import { defineCommand, type CommandAdder } from '../define-command.ts';
import { SERVER_COMMAND } from '../exit-codes.ts';
import { addProjectOptions, readProjectOptions, type ProjectOptions } from '../project/project-options.ts';
import { requireChange } from '../values/require-change.ts';
import { addDescriptionOptions, type DescriptionOptions } from '../values/description-options.ts';
import { integerBetween } from '../values/parse-number.ts';

interface NameOption {
  name?: string;
}

interface EditDatasetOptions extends ServerOptions, DescriptionOptions, NameOption {
  priority?: number;
  hold?: boolean;
  release?: boolean;
}

const KEEPS_SLUG = 'A new name leaves the slug as it is; `crunch move` changes both.';

const addEditProjectCommand = defineCommand<[slug: string], ServerOptions & ProjectOptions & NameOption>({
  name: 'edit-project',
  summary: 'Change a project: its words, its workflow, how its datasets are given to hosts; prints its slug',
  details: `Another workflow, engine, plan or parameter makes a new revision, which later runs have; parameters that are given replace all others. ${KEEPS_SLUG}`,
  example: 'crunch edit-project penguins --max-running 4 --param species=Gentoo',
  exitCodes: [...SERVER_COMMAND, 4, 5],
  configure: (command) =>
    addServerOptions(addNameOption(addProjectOptions(command.argument('<project>', 'the slug of the project')))),
  async run(terminal, [slug], options) {
    const body = requireChange({ name: options.name, ...(await readProjectOptions(options)) });
    const client = await openClient(terminal, options);
    const { warning } = await client.changeProject({ params: { slug }, body });
    if (warning !== null) terminal.note(`warning: ${warning}`);
    terminal.printResult(warning === null ? { slug } : { slug, warning }, (it) => it.slug);
  },
});

const addEditDatasetCommand = defineCommand<[slug: string], EditDatasetOptions>({
  name: 'edit-dataset',
  summary: 'Change a dataset: its words, its priority, whether it is held; prints its slug',
  details: KEEPS_SLUG,
  example: 'crunch edit-dataset penguins:torgersen --priority 1 --description "The first island"',
  exitCodes: [...SERVER_COMMAND, 4, 5],
  configure: (command) =>
    addServerOptions(
      addNameOption(addDescriptionOptions(command.argument('<dataset>', 'the slug of the dataset')))
        .option('--priority <n>', 'from 1, the most urgent, to 5', integerBetween(1, 5))
        .option('--hold', 'keep it a draft until it is queued by name')
        .addOption(new Option('--release', 'let it be queued with all others').conflicts('hold')),
    ),
  async run(terminal, [slug], { name, description, details, priority, hold, release, ...server }) {
    const held = hold ? true : release ? false : undefined;
    const body = requireChange({ name, description, details, priority, held });
    const client = await openClient(terminal, server);
    await client.changeDataset({ params: { slug }, body });
    terminal.printResult({ slug }, (it) => it.slug);
  },
});

const addEditItemCommand = defineCommand<[slug: string], ServerOptions & DescriptionOptions & NameOption>({
  name: 'edit-item',
  summary: 'Change the words of an item below a project or a dataset; prints its slug',
  details: KEEPS_SLUG,
  example: 'crunch edit-item penguins:torgersen:nest-12 --description "On the north slope"',
  exitCodes: [...SERVER_COMMAND, 4, 5],
  configure: (command) =>
    addServerOptions(addNameOption(addDescriptionOptions(command.argument('<item>', 'the slug of the item')))),
  async run(terminal, [slug], { name, description, details, ...server }) {
    const body = requireChange({ name, description, details });
    const client = await openClient(terminal, server);
    await client.changeItem({ params: { slug }, body });
    terminal.printResult({ slug }, (it) => it.slug);
  },
});

/** `crunch edit-project`, `edit-dataset` and `edit-item`. */
export const editCommandAdders: readonly CommandAdder[] = [
  addEditProjectCommand,
  addEditDatasetCommand,
  addEditItemCommand,
];

function addNameOption(command: Command): Command {
  return command.option('--name <name>', 'another name');
}
