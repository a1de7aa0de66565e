import { openClient } from '../connection/open-client.ts';
import type { ServerOptions } from '../connection/resolve-server.ts';
import { addServerOptions } from '../connection/server-options.ts';
import { defineCommand } from '../define-command.ts';
import { SERVER_COMMAND } from '../exit-codes.ts';
import { formatSize } from '../../shared/domain/format-size.ts';

interface DownloadOptions extends ServerOptions {
  to?: string;
  overwrite?: boolean;
  originals?: boolean;
}

export const addDownloadCommand = defineCommand<[dataset: string, paths: string[]], DownloadOptions>({
  name: 'download',
  summary: 'Fetch the files of a dataset, verified',
  details:
    'Files that the folder has already are left alone, so a download that broke off is gone on with by giving it again. A file that differs from the dataset’s is replaced only with --overwrite; without it, nothing is written. A file stands under its name only when it is whole.',
  example: 'crunch download penguins:torgersen --to ./results plots',
  exitCodes: [...SERVER_COMMAND, 4, 5, 12, 130],
  configure: (command) =>
    addServerOptions(
      command
        .argument('<dataset>', 'the slug of the dataset')
        .argument('[path...]', 'only these files and the files in these folders')
        .option('--to <folder>', 'where to (default: a folder with the name of the dataset)')
        .option('--originals', 'only the inputs, as they were before any run changed them')
        .option('--overwrite', 'replace files of the folder that differ'),
    ),
  async run(terminal, [dataset, paths], { to, overwrite = false, originals = false, ...server }) {
    const { ownSlug } = await import('../../shared/domain/slug.ts');
    const { downloadDataset } = await import('../transfer/download-dataset.ts');
    const folder = to ?? ownSlug(dataset);
    const client = await openClient(terminal, server);
    const summary = await downloadDataset(terminal, client, dataset, { folder, paths, originals, overwrite });
    terminal.printResult({ dataset, folder, ...summary }, ({ files, sizeBytes, unchanged }) => {
      const whole = `${files} files, ${formatSize(sizeBytes)} in ${folder}`;
      return `${whole}: ${files - unchanged} fetched, ${unchanged} left alone, being there already`;
    });
  },
});
