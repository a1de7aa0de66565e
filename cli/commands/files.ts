import type { DatasetFile } from '../../shared/contract/files.ts';
import { openClient } from '../connection/open-client.ts';
import type { ServerOptions } from '../connection/resolve-server.ts';
import { addServerOptions } from '../connection/server-options.ts';
import { defineCommand } from '../define-command.ts';
import { SERVER_COMMAND } from '../exit-codes.ts';
import { formatSize } from '../../shared/domain/format-size.ts';
import { formatAge } from '../../shared/domain/format-time.ts';
import { printPage } from '../output/print-page.ts';
import type { Column } from '../output/render-table.ts';
import { addPageOptions, type PageOptions } from '../values/page-options.ts';

const COLUMNS: Column<DatasetFile>[] = [
  { title: 'file', cell: (file) => file.path },
  { title: 'size', cell: (file) => formatSize(file.size), align: 'right' },
  { title: 'origin', cell: describeOrigin },
  { title: 'recorded', cell: (file) => formatAge(file.recordedAt) },
];

function describeOrigin({ origin, originalSha256 }: DatasetFile): string {
  return originalSha256 ? `${origin}, original kept` : origin;
}

export const addFilesCommand = defineCommand<[slug: string], ServerOptions & PageOptions>({
  name: 'files',
  summary: 'List the files of a dataset',
  details: 'An input that a run changed has its original kept: `crunch download DATASET --originals` fetches it.',
  example: 'crunch files penguins:torgersen',
  exitCodes: [...SERVER_COMMAND, 4],
  configure: (command) => addServerOptions(addPageOptions(command.argument('<dataset>', 'the slug of the dataset'))),
  async run(terminal, [slug], { limit, cursor, ...server }) {
    const client = await openClient(terminal, server);
    await printPage(terminal, await client.listFiles({ params: { slug }, query: { limit, cursor } }), COLUMNS);
  },
});
