import { CrunchError } from '../../shared/errors/crunch-error.ts';
import type { Storage } from '../storage.ts';
import type { TransferOptions } from './transfer-progress.ts';

export interface DownloadOptions extends TransferOptions {
  storage: Storage;
  /** The dataset's folder in storage. */
  basePath: string;
  /** The dataset's folder on this host; made when absent. */
  workspace: string;
}

export interface DownloadedDataset {
  /** The dataset's inputs, whether fetched now or there already. */
  files: number;
  sizeBytes: number;
  /** Those that had to be fetched. */
  fetchedFiles: number;
  fetchedBytes: number;
}

export async function downloadDataset(options: DownloadOptions): Promise<DownloadedDataset> {
  throw new CrunchError('internal', options.basePath);
}
