import { mkdir } from 'node:fs/promises';
import { itemsOf, type CrunchClient } from '../../client/index.ts';
import type { DatasetFile } from '../../shared/contract/files.ts';
import { CrunchError, messageOf } from '../../shared/errors/crunch-error.ts';
import type { Terminal } from '../output/terminal.ts';
import { showTransfer } from '../output/transfer-progress.ts';
import { compareFolder } from './compare-folder.ts';
import { downloadFiles } from './download-files.ts';
import { refuseDifferences } from './refuse-differences.ts';
import { untilInterrupted } from './until-interrupted.ts';
import type { TransferSummary } from './upload-files.ts';
import type { WantedFile } from './wanted-file.ts';

interface Wanted {
  /** Made when absent. */
  folder: string;
  /** Files, and folders of the dataset; all files when empty. */
  paths: readonly string[];
  /** Replace files of the folder that differ. */
  overwrite: boolean;
}

/**
 * Fetches the wanted files of a dataset that the folder lacks, shown on the terminal. Throws `not-found` for a path that
 * names no file, and, before anything is written, `conflict` for files of the folder that differ and may not be replaced.
 */
export async function downloadDataset(
  terminal: Terminal,
  client: CrunchClient,
  dataset: string,
  { folder, paths, overwrite }: Wanted,
): Promise<TransferSummary> {
  return untilInterrupted(async (signal) => {
    const wanted = await listWanted(client, dataset, paths, signal);
    await makeFolder(folder);
    const comparing = await showTransfer(terminal, 'comparing');
    const { missing, equal, differing } = await compareFolder(folder, wanted, { progress: comparing, signal });
    refuseDifferences(differing, { folder, overwrite });
    const files = [...missing, ...differing.map(({ file }) => file)];
    const progress = await showTransfer(terminal, 'downloading');
    const fetchedBytes = await downloadFiles({ client, dataset, files, folder, progress, signal });
    return { files: wanted.length, sizeBytes: equal.sizeBytes + fetchedBytes, unchanged: equal.files };
  });
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw new CrunchError('invalid-input', `Cannot make the folder ${folder}: ${messageOf(error)}.`, { cause: error });
  }
}

async function listWanted(
  client: CrunchClient,
  dataset: string,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<WantedFile[]> {
  const missing = new Set(paths.map((path) => path.replace(/^\.\/|\/+$/g, '')));
  const wanted = [...missing];
  const files: WantedFile[] = [];
  for await (const file of itemsOf(
    client.listFiles,
    { params: { slug: dataset }, query: { limit: 1000 } },
    { signal },
  )) {
    const matches = wanted.filter((path) => file.path === path || file.path.startsWith(`${path}/`));
    for (const path of matches) missing.delete(path);
    if (wanted.length === 0 || matches.length > 0) files.push(asItIs(file));
  }
  if (missing.size === 0) return files;
  throw new CrunchError('not-found', `${dataset} has no file or folder ${[...missing].join(', ')}.`);
}

function asItIs({ path, size, sha256 }: DatasetFile): WantedFile {
  return { path, source: path, size, sha256 };
}
