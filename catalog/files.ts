import type { FileOrigin, ManifestFile } from '../shared/domain/manifest.ts';
import type { Catalog } from './open-catalog.ts';
import type { Page, PageRequest } from './page.ts';

/** A dataset's file as last uploaded or published. */
export interface FileRecord {
  path: string;
  sizeBytes: number;
  sha256: string | null;
  origin: FileOrigin;
  /** The run that made or changed it. */
  run: string | null;
  recordedAt: Date;
}

/** The files of a dataset in byte order of their paths. Throws `not-found`. */
export declare function listFiles(catalog: Catalog, slug: string, request: PageRequest): Promise<Page<FileRecord>>;

/** Records an input that was put in place. Throws `not-found`, and `conflict` while the dataset is queued or running. */
export declare function recordFile(
  catalog: Catalog,
  slug: string,
  file: { path: string; sizeBytes: number; sha256: string },
): Promise<FileRecord>;

/**
 * Makes the catalog's files of a dataset those of the manifest that a run published. Does nothing once a newer run of
 * the dataset exists. A second call changes nothing.
 */
export declare function replacePublishedFiles(
  catalog: Catalog,
  datasetId: number,
  runId: string,
  files: ManifestFile[],
): Promise<void>;
