import type { LeaseTiming, ProcessDatasetInput } from '../shared/domain/processing.ts';
import type { Route } from '../shared/domain/queue-names.ts';
import type { Catalog } from './open-catalog.ts';

/** What holds for projects that don't say otherwise. */
export interface AdmissionDefaults {
  timing: LeaseTiming;
  freeBytes: number;
}

/** A waiting run and the routes on which it should be offered besides those that it has. */
export interface RunOffer {
  workflowId: string;
  runId: string;
  routes: Route[];
}

/**
 * Admits queued datasets: makes their runs, whose Temporal workflows the caller starts, the most urgent first. At most
 * as many as keep max(64, 4 × live slots) waiting. Several processes may call it at once.
 */
export declare function admitDatasets(catalog: Catalog, defaults: AdmissionDefaults): Promise<ProcessDatasetInput[]>;

/** Runs admitted longer ago than `olderThanMs` that nobody marked as started: a crash came between. At most 1,000. */
export declare function unstartedRuns(
  catalog: Catalog,
  options: { olderThanMs: number; defaults: AdmissionDefaults },
): Promise<ProcessDatasetInput[]>;

/** Notes the Temporal run. Returns false when the run is closed by now, so that its Temporal workflow isn't wanted. */
export declare function markRunStarted(catalog: Catalog, runId: string, temporalRunId: string): Promise<boolean>;

/**
 * Waiting runs that lack a route which a live host serves. They are returned again until `markRunOffered` notes that
 * the signal was sent, so that none is lost by a crash. At most 1,000.
 */
export declare function runsToOffer(catalog: Catalog): Promise<RunOffer[]>;

/** Notes that a run was offered on the routes. */
export declare function markRunOffered(catalog: Catalog, offer: RunOffer): Promise<void>;
