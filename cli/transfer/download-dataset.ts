import { mkdir } from 'node:fs/promises';
import type { CrunchClient } from '../../client/index.ts';
import { CrunchError, messageOf } from '../../shared/errors/crunch-error.ts';
import type { Terminal } from '../output/terminal.ts';
import { showTransfer } from '../output/transfer-progress.ts';
import { compareFolder } from './compare-folder.ts';
import { downloadFiles } from './download-files.ts';
import { listWanted, type Choice } from './list-wanted.ts';
import { refuseDifferences } from './refuse-differences.ts';
import { untilInterrupted } from './until-interrupted.ts';
import type { TransferSummary } from './upload-files.ts';

interface Wanted extends Choice {
  /** Made when absent. */
  folder: string;
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
  { folder, overwrite, ...choice }: Wanted,
): Promise<TransferSummary> {
  return untilInterrupted(async (signal) => {
    const wanted = await listWanted(client, dataset, choice, signal);
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
