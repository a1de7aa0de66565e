import type { Manifest } from '../../shared/domain/manifest.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import type { Storage } from '../storage.ts';
import type { TransferOptions } from './transfer-progress.ts';

export interface UploadOptions extends TransferOptions {
  storage: Storage;
  /** The dataset's folder in storage. */
  basePath: string;
  /** The dataset's folder on this host. */
  workspace: string;
  /** The dataset's slug, the host's name and the workflow revision's SHA-256, for the manifest. */
  dataset: string;
  host: string;
  revision: string;
  runId: string;
  leaseNumber: number;
  /** Called before each write; throws (`lease-lost`) when this host may not write any more. */
  mayPublish: () => void;
}

export interface UploadedResults {
  manifest: Manifest;
  /** Of the lease's manifest, relative to `basePath`. */
  manifestPath: string;
  uploadedFiles: number;
  uploadedBytes: number;
  /** What was left out and why, for people. */
  warnings: string[];
}

export async function uploadResults(options: UploadOptions): Promise<UploadedResults> {
  throw new CrunchError('internal', options.basePath);
}
