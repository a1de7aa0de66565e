import type { Manifest } from '../../shared/domain/manifest.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import type { CallOptions, Storage } from '../storage.ts';

export interface PublishOptions extends CallOptions {
  storage: Storage;
  /** The dataset's folder in storage. */
  basePath: string;
  runId: string;
  leaseNumber: number;
}

export async function publishManifest(options: PublishOptions): Promise<Manifest> {
  throw new CrunchError('internal', options.basePath);
}
