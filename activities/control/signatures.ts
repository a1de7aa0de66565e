import type { Diagnostics } from '../../shared/domain/diagnostics.ts';
import type { FailureClass } from '../../shared/domain/failure-class.ts';
import type { WorkflowRef } from '../../shared/domain/processing.ts';
import type { StatusState } from '../../shared/domain/stage.ts';

/** Something that happened to a stage. */
export interface StageEvent {
  stage: string;
  state: StatusState;
  note: string;
  /** When it happened: milliseconds since 1970 by the Temporal server's clock. */
  atMs: number;
  leaseNumber: number;
  host: string | null;
  diagnostics: Diagnostics | null;
}

/** The run that is written about. */
export interface RunRef {
  datasetId: number;
  runId: string;
}

export interface RecordEventsInput extends RunRef {
  events: StageEvent[];
  /** Where the run stands after the events. */
  standing:
    | { state: 'running'; stage: string; host: string; boot: string; leaseNumber: number }
    | { state: 'waiting'; reason: string; hostLosses: number };
}

export interface CompleteRunInput extends RunRef {
  basePath: string;
  leaseNumber: number;
  /** Below the base path; null when the host uploaded nothing. */
  manifest: string | null;
  hostLosses: number;
  /** The last stage's success. */
  event: StageEvent;
}

export interface CloseRunInput extends RunRef {
  outcome: 'failed' | 'cancelled';
  failureClass: FailureClass;
  note: string;
  hostLosses: number;
  /** The end of the stage that ran, if one ran. */
  event: StageEvent | null;
  /** When a silent host has ended what it may still run of it: milliseconds since 1970. */
  quietAtMs?: number;
}

/** A Temporal workflow whose host is to be looked at. */
export interface SilenceInput {
  workflowId: string;
  temporalRunId: string;
  /** Milliseconds since 1970 by the Temporal server's clock. */
  sinceMs: number;
}

/** Activities of the control workers: the only activities that write the catalog. */
export interface ControlActivities {
  /** Writes statuses and where the run stands. A second run changes nothing. */
  recordEvents(input: RecordEventsInput): Promise<void>;

  /**
   * Publishes the results of the lease in force and closes the run as completed; returns how many files are results.
   * A second run finds them published and changes nothing.
   */
  completeRun(input: CompleteRunInput): Promise<{ resultFiles: number }>;

  /** Closes the run as failed or cancelled. A second run changes nothing; a closed run stays as it was closed. */
  closeRun(input: CloseRunInput): Promise<void>;

  /** Whether nothing of a run was begun or gave a sign of life on its host since then. A second run looks again. */
  isHostSilent(input: SilenceInput): Promise<boolean>;

  /** Finds runs on which catalog and Temporal disagree, and repairs them; returns how many. */
  reconcileRuns(): Promise<{ repaired: number }>;

  /** Fetches a project's workflow whose source could not be fetched before. A second run fetches again. */
  fetchWorkflow(input: RunRef): Promise<WorkflowRef>;
}
