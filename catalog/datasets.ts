import type { DatasetState } from '../shared/domain/dataset-state.ts';
import type { AttributeRecord } from './attributes.ts';
import type { ItemRecord } from './items.ts';
import type { Catalog } from './open-catalog.ts';
import type { Page, PageRequest } from './page.ts';
import type { RunRecord } from './runs.ts';

export interface DatasetRecord {
  id: number;
  slug: string;
  name: string;
  /** The project's slug. */
  project: string;
  description: string;
  state: DatasetState;
  stage: string | null;
  host: string | null;
  reason: string | null;
  runs: number;
  priority: number;
  held: boolean;
  basePath: string;
  queuedAt: Date | null;
  createdAt: Date;
}

export interface DatasetDetailRecord extends DatasetRecord {
  details: string;
  attributes: AttributeRecord[];
  /** The items below it at any depth, at most 1,000. */
  items: ItemRecord[];
  /** The open run, else the last. */
  run: RunRecord | null;
}

export interface DatasetQuery extends PageRequest {
  /** Slugs of projects; empty means all. */
  project: string[];
  /** Empty means all. */
  state: DatasetState[];
  /** A part of the name, slug or description, in any case. */
  search?: string;
}

export interface NewDatasetInput {
  /** The project's slug. */
  project: string;
  name: string;
  description: string;
  details: string;
  /** `crunch/<project>/<dataset>` when absent. */
  basePath?: string;
  priority: number;
  held: boolean;
  queue: boolean;
}

export interface DatasetChangeInput {
  name?: string;
  description?: string;
  details?: string;
  priority?: number;
  held?: boolean;
}

/** Where a dataset's files lie, and what it is doing. */
export interface DatasetPlace {
  id: number;
  slug: string;
  project: string;
  basePath: string;
  state: DatasetState;
}

/** Datasets in the order of their ids. Projects that don't exist match nothing. */
export declare function listDatasets(catalog: Catalog, query: DatasetQuery): Promise<Page<DatasetRecord>>;

/** Throws `not-found`. */
export declare function getDataset(catalog: Catalog, slug: string): Promise<DatasetDetailRecord>;

/** Less than `getDataset`, for who only needs the dataset's files. Throws `not-found`. */
export declare function locateDataset(catalog: Catalog, slug: string): Promise<DatasetPlace>;

/** Throws `not-found` for the project, `conflict` for a taken slug, `invalid-input` when the name makes no slug. */
export declare function createDataset(catalog: Catalog, input: NewDatasetInput): Promise<DatasetDetailRecord>;

/** What is absent stays; a dataset renamed keeps its slug. Throws `not-found`. */
export declare function changeDataset(
  catalog: Catalog,
  slug: string,
  change: DatasetChangeInput,
): Promise<DatasetDetailRecord>;

/** Removes a dataset from the catalog; its files stay. Throws `not-found`, and `conflict` while queued or running. */
export declare function deleteDataset(catalog: Catalog, slug: string, actor: string): Promise<void>;
