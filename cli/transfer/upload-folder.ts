import type { CrunchClient } from '../../client/index.ts';
import type { Terminal } from '../output/terminal.ts';
import { showTransfer } from '../output/transfer-progress.ts';
import type { LocalFile } from './list-local-files.ts';
import { untilInterrupted } from './until-interrupted.ts';
import { uploadFiles, type UploadSummary } from './upload-files.ts';

/** Uploads the listed files of a folder into a dataset, shown on the terminal, until it is done or interrupted. */
export async function uploadFolder(
  terminal: Terminal,
  client: CrunchClient,
  dataset: string,
  files: readonly LocalFile[],
  { overwrite }: { overwrite: boolean },
): Promise<UploadSummary> {
  const progress = await showTransfer(terminal, 'uploading');
  return untilInterrupted((signal) => uploadFiles({ client, dataset, files, overwrite, progress, signal }));
}
