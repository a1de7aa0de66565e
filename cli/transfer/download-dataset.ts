import { itemsOf, type CrunchClient } from '../../client/index.ts';
import type { DatasetFile } from '../../shared/contract/datasets.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import type { Terminal } from '../output/terminal.ts';
import { showTransfer } from '../output/transfer-progress.ts';
import { downloadFiles } from './download-files.ts';
import { interruption } from './interruption.ts';
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
  const signal = interruption();
  const wanted = paths.map((path) => path.replace(/^\.\/|\/+$/g, ''));
  const found = new Set<string>();
  const files: DatasetFile[] = [];
  for await (const file of itemsOf(
    client.listFiles,
    { params: { slug: dataset }, query: { limit: 1000 } },
    { signal },
  )) {
    const matches = wanted.filter((path) => file.path === path || file.path.startsWith(`${path}/`));
    for (const path of matches) found.add(path);
    if (wanted.length === 0 || matches.length > 0) files.push(file);
  }
  const missing = wanted.filter((path) => !found.has(path));
  if (missing.length > 0) throw new CrunchError('not-found', `${dataset} has no file or folder ${missing.join(', ')}`);
  const progress = await showTransfer(terminal, 'downloading');
  return downloadFiles({ client, dataset, files, folder, progress, signal });
}
