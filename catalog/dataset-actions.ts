import type { DatasetState } from '../shared/domain/dataset-state.ts';
import type { Catalog } from './open-catalog.ts';

/**
 * Which datasets an action is for. Each filter that is given narrows; projects and pools together are one filter, which
 * a dataset passes by either.
 */
export interface DatasetSelection {
  datasets: string[];
  projects: string[];
  pools: string[];
  states: DatasetState[];
  /** Take held drafts too; those named in `datasets` are taken anyhow. */
  includeHeld: boolean;
  /** Only this host may take them. */
  host?: string;
  dryRun: boolean;
}

/** The slugs that an action changed, and those it was asked for by name but could not change, with a sentence why. */
export interface ActionOutcome {
  items: string[];
  refused: { slug: string; reason: string }[];
}

/** A run that has to be cancelled in Temporal. */
export interface OpenRun {
  slug: string;
  datasetId: number;
  runId: string;
  workflowId: string;
  /** Null when it was admitted but not started yet. */
  temporalRunId: string | null;
}

/** Queues drafts. */
export declare function queueDatasets(
  catalog: Catalog,
  selection: DatasetSelection,
  actor: string,
): Promise<ActionOutcome>;

/** Queues settled datasets again; completed ones only by name or by state. */
export declare function retryDatasets(
  catalog: Catalog,
  selection: DatasetSelection,
  actor: string,
): Promise<ActionOutcome>;

/**
 * Cancels those without an open run at once, and returns the open runs of the others, whose end will settle them.
 * `items` holds both.
 */
export declare function cancelDatasets(
  catalog: Catalog,
  selection: DatasetSelection,
  actor: string,
): Promise<ActionOutcome & { openRuns: OpenRun[] }>;
