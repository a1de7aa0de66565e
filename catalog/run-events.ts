import type { Diagnostics } from '../shared/domain/diagnostics.ts';
import type { FailureClass } from '../shared/domain/failure-class.ts';
import type { StatusState } from '../shared/domain/stage.ts';
import type { Catalog } from './open-catalog.ts';

/** Something that happened to a stage of a run. */
export interface StatusEvent {
  datasetId: number;
  runId: string;
  leaseNumber: number;
  /** The stage's name in the plan. */
  stage: string;
  state: StatusState;
  note: string;
  /** When it happened: milliseconds since 1970 by the Temporal server's clock. */
  atMs: number;
  host: string | null;
  diagnostics: Diagnostics | null;
}

/** What a dataset shows from now on; what is absent stays. */
export interface DatasetPatch {
  datasetId: number;
  /** Ignored unless this is the dataset's open run. */
  runId: string;
  /** The stage's name in the plan. */
  stage?: string;
  reason?: string | null;
}

export interface RunClaim {
  runId: string;
  host: string;
  boot: string;
  leaseNumber: number;
  /** The stage that it begins with. */
  stage: string;
}

export interface RunWait {
  runId: string;
  /** One sentence: why it waits. */
  reason: string;
  hostLosses: number;
}

export interface RunEnd {
  runId: string;
  outcome: 'completed' | 'failed' | 'cancelled';
  failureClass: FailureClass | null;
  /** Its first line becomes the dataset's reason. */
  note: string | null;
  hostLosses: number;
}

/** Each of these is one round trip and one transaction, and changes nothing when called a second time. */

/** Records events, each once by (run, lease, stage, state), in the order given. */
export declare function recordStatuses(catalog: Catalog, statuses: StatusEvent[], patch?: DatasetPatch): Promise<void>;

/** A host has taken a run, or goes on with it: the run and its dataset are running. A closed run stays closed. */
export declare function markRunClaimed(catalog: Catalog, claim: RunClaim, statuses?: StatusEvent[]): Promise<void>;

/** A run is without a host and waits for one: its dataset is queued, with a reason. A closed run stays closed. */
export declare function markRunWaiting(catalog: Catalog, wait: RunWait, statuses?: StatusEvent[]): Promise<void>;

/** Closes a run and settles its dataset. A closed run stays as it was closed. */
export declare function closeRun(catalog: Catalog, end: RunEnd, statuses?: StatusEvent[]): Promise<void>;
