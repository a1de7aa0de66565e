import { openClient } from '../connection/open-client.ts';
import type { ServerOptions } from '../connection/resolve-server.ts';
import { addServerOptions } from '../connection/server-options.ts';
import { defineCommand } from '../define-command.ts';
import { SERVER_COMMAND } from '../exit-codes.ts';
import { formatSize } from '../../shared/domain/format-size.ts';

interface UploadOptions extends ServerOptions {
  overwrite?: boolean;
}

export const addUploadCommand = defineCommand<[dataset: string, folder: string], UploadOptions>({
  name: 'upload',
  summary: 'Put the files of a folder into a dataset as its input',
  details:
    'Files that the dataset has already are left alone, so an upload that broke off is gone on with by giving it again. A file that differs is replaced; where the dataset has results, only with --overwrite. Queues nothing. Refused while the dataset is queued or running.',
  example: 'crunch upload penguins:torgersen ./torgersen',
  exitCodes: [...SERVER_COMMAND, 4, 5, 12, 130],
  configure: (command) =>
    addServerOptions(
      command
        .argument('<dataset>', 'the slug of the dataset')
        .argument('<folder>', 'the folder with the files')
        .option('--overwrite', 'replace files that differ also where the dataset has results'),
    ),
  async run(terminal, [dataset, folder], { overwrite = false, ...server }) {
    const { listLocalFiles } = await import('../transfer/list-local-files.ts');
    const { uploadFolder } = await import('../transfer/upload-folder.ts');
    const files = await listLocalFiles(folder);
    const client = await openClient(terminal, server);
    const summary = await uploadFolder(terminal, client, dataset, files, { overwrite });
    terminal.printResult(
      { dataset, ...summary },
      (it) =>
        `${it.files} files, ${formatSize(it.sizeBytes)} in ${dataset} (${it.unchanged} were there already, ${it.replaced} replaced)`,
    );
  },
});
