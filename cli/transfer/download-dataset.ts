import { itemsOf, type CrunchClient } from '../../client/index.ts';
import type { DatasetFile } from '../../shared/contract/files.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import type { Terminal } from '../output/terminal.ts';
import { showTransfer } from '../output/transfer-progress.ts';
import { downloadFiles } from './download-files.ts';
import { untilInterrupted } from './until-interrupted.ts';
import type { TransferSummary } from './upload-files.ts';

interface Wanted {
  folder: string;
  /** Files, and folders of the dataset; all files when empty. */
  paths: readonly string[];
}

/** Fetches the wanted files of a dataset, shown on the terminal. Throws `not-found` for a path that names no file. */
export async function downloadDataset(
  terminal: Terminal,
  client: CrunchClient,
  dataset: string,
  { folder, paths }: Wanted,
): Promise<TransferSummary> {
  return untilInterrupted(async (signal) => {
    const files = await listWanted(client, dataset, paths, signal);
    const progress = await showTransfer(terminal, 'downloading');
    return downloadFiles({ client, dataset, files, folder, progress, signal });
  });
}

async function listWanted(
  client: CrunchClient,
  dataset: string,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<DatasetFile[]> {
  const missing = new Set(paths.map((path) => path.replace(/^\.\/|\/+$/g, '')));
  const wanted = [...missing];
  const files: DatasetFile[] = [];
  for await (const file of itemsOf(
    client.listFiles,
    { params: { slug: dataset }, query: { limit: 1000 } },
    { signal },
  )) {
    const matches = wanted.filter((path) => file.path === path || file.path.startsWith(`${path}/`));
    for (const path of matches) missing.delete(path);
    if (wanted.length === 0 || matches.length > 0) files.push(file);
  }
  if (missing.size === 0) return files;
  throw new CrunchError('not-found', `${dataset} has no file or folder ${[...missing].join(', ')}.`);
}
