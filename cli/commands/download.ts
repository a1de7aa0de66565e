import { openClient } from '../connection/open-client.ts';
import type { ServerOptions } from '../connection/resolve-server.ts';
import { addServerOptions } from '../connection/server-options.ts';
import { defineCommand } from '../define-command.ts';
import { SERVER_COMMAND } from '../exit-codes.ts';
import { formatSize } from '../output/format-size.ts';

export const addDownloadCommand = defineCommand<[dataset: string, paths: string[]], ServerOptions & { to?: string }>({
  name: 'download',
  summary: 'Fetch the files of a dataset, verified',
  details:
    'Files that the folder has already are left alone, so a download that broke off is gone on with by giving it again. A file stands under its name only when it is whole.',
  example: 'crunch download penguins:torgersen --to ./results plots',
  exitCodes: [...SERVER_COMMAND, 4, 12, 130],
  configure: (command) =>
    addServerOptions(
      command
        .argument('<dataset>', 'the slug of the dataset')
        .argument('[path...]', 'only these files and the files in these folders')
        .option('--to <folder>', 'where to (default: a folder with the name of the dataset)'),
    ),
  async run(terminal, [dataset, paths], { to, ...server }) {
    const { ownSlug } = await import('../../shared/domain/slug.ts');
    const { downloadDataset } = await import('../transfer/download-dataset.ts');
    const folder = to ?? ownSlug(dataset);
    const client = await openClient(terminal, server);
    const summary = await downloadDataset(terminal, client, dataset, { folder, paths });
    terminal.printResult(
      { dataset, folder, ...summary },
      (it) => `${it.files} files, ${formatSize(it.sizeBytes)} in ${folder} (${it.unchanged} were there already)`,
    );
  },
});
