import { Option } from 'commander';
import { openClient } from '../connection/open-client.ts';
import type { ServerOptions } from '../connection/resolve-server.ts';
import { addServerOptions } from '../connection/server-options.ts';
import { defineCommand } from '../define-command.ts';
import { SERVER_COMMAND } from '../exit-codes.ts';
import { addDescriptionOptions, type DescriptionOptions } from '../values/description-options.ts';
import { integerBetween } from '../values/parse-number.ts';

interface AddDatasetOptions extends ServerOptions, DescriptionOptions {
  files?: string;
  path?: string;
  priority?: number;
  queue?: boolean;
  hold?: boolean;
}

export const addAddDatasetCommand = defineCommand<[project: string, name: string], AddDatasetOptions>({
  name: 'add-dataset',
  summary: 'Add a dataset to a project, with its files; prints its slug',
  details:
    'A dataset begins as a draft. With --files it is held until the last file is verified, and then queued; with --queue it is queued at once. A held draft is queued only by name.',
  example: 'crunch add-dataset penguins Torgersen --files ./torgersen',
  exitCodes: [...SERVER_COMMAND, 4, 5, 12, 130],
  configure: (command) =>
    addServerOptions(
      addDescriptionOptions(
        command.argument('<project>', 'the slug of the project').argument('<name>', 'the name of the new dataset'),
      )
        .option('--files <folder>', 'upload the files of this folder, then queue the dataset')
        .option('--path <path>', 'where its files lie in storage (default: crunch/<project>/<dataset>)')
        .option('--priority <n>', 'from 1, the most urgent, to 5 (default: 3)', integerBetween(1, 5))
        .option('--queue', 'queue it at once, for files that are in storage already')
        .addOption(new Option('--hold', 'keep it a draft until it is queued by name').conflicts('queue')),
    ),
  async run(terminal, [project, name], options) {
    const { addDataset } = await import('../transfer/add-dataset.ts');
    const client = await openClient(terminal, options);
    const { files, path, queue = false, hold = false, description, details, priority } = options;
    const added = await addDataset(terminal, client, {
      dataset: { project, name, description, details, basePath: path, priority, held: hold },
      folder: files,
      queue: queue || (files !== undefined && !hold),
    });
    terminal.printResult(added, (it) => it.slug);
  },
});
