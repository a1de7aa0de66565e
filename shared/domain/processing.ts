import type { Diagnostics } from './diagnostics.ts';
import type { Engine } from './engine.ts';
import type { Json, JsonObject } from './json.ts';
import type { Plan } from './plan.ts';
import type { Route } from './queue-names.ts';

/** The Temporal workflow type that processes one dataset. */
export const PROCESS_DATASET = 'processDataset';

/** How long a silent host keeps a dataset. */
export interface LeaseTiming {
  /** Without an answered heartbeat for this long, a lease counts as lost. */
  heartbeatTimeoutMs: number;
  /** For this long after that, nobody else may claim. */
  graceMs: number;
  /** Between SIGTERM and SIGKILL when a stage is cancelled. */
  killGraceMs: number;
}

/** What a host needs to know of the dataset that it works on. Small: it travels in Temporal payloads. */
export interface DatasetRef {
  id: number;
  slug: string;
  projectId: number;
  projectSlug: string;
  /** The prefix of the dataset's files in storage. */
  basePath: string;
}

/** The user's workflow that a run executes, as the server keeps it. */
export interface WorkflowRef {
  /** Lower-case hex over the content; a host refuses content with another checksum. */
  sha256: string;
  /** A single file, or a tar of a repository's tree. */
  format: 'text' | 'tar';
  /** The file to run, relative to the content's root. */
  entry: string;
}

/** Input of the Temporal workflow `processDataset`. */
export interface ProcessDatasetInput {
  dataset: DatasetRef;
  runId: string;
  runNumber: number;
  plan: Plan;
  engine: Engine;
  parameters: JsonObject;
  /** Null when the workflow's source could not be fetched before, and has to be now. */
  workflow: WorkflowRef | null;
  routes: Route[];
  /** 1 is most urgent, 5 least. */
  priority: number;
  timing: LeaseTiming;
  /** Free bytes that a host must have. */
  freeBytes: number;
  /** The last lease number of earlier runs: lease numbers count up over all runs of a dataset. */
  lastLeaseNumber: number;
}

/** What `processDataset` returns for a completed run. */
export interface ProcessDatasetResult {
  host: string;
  leaseNumber: number;
  hostLosses: number;
  resultFiles: number;
}

/** What a host must have to take a dataset. */
export interface LeaseNeeds {
  protocol: number;
  stages: string[];
  engine: Engine;
  freeBytes: number;
}

/** Input of the activity `holdLease`. */
export interface LeaseInput {
  dataset: DatasetRef;
  runId: string;
  leaseNumber: number;
  route: Route;
  needs: LeaseNeeds;
  timing: LeaseTiming;
}

/** What a host says when it claims a dataset: argument of the update `claim`. */
export interface Claim {
  route: Route;
  leaseNumber: number;
  /** The Temporal run that offered the lease, so that a reset can't replay a claim. */
  temporalRunId: string;
  host: string;
  boot: string;
  diagnostics: Diagnostics;
}

/** What a host hands over when the last stage is done. */
export interface LeaseReport {
  /** The address of the lease's manifest below the dataset's base path; null when the host uploads nothing. */
  manifest: string | null;
  files: number;
}

/** Input of each stage's activity; the activity's type is the stage's name. */
export interface StageInput {
  dataset: DatasetRef;
  runId: string;
  leaseNumber: number;
  stage: string;
  engine: Engine;
  workflow: WorkflowRef;
  parameters: JsonObject;
  stageParameters: JsonObject;
  /** After so long the host ends the stage as failed; null means no limit. */
  timeoutMs: number | null;
  killGraceMs: number;
  /** What the stages before this one returned, by stage. */
  outputs: Record<string, Json>;
}

/** What a stage's activity returns. */
export interface StageResult {
  output: Json;
  diagnostics: Diagnostics;
  /** Given by the last stage of the plan. */
  report?: LeaseReport;
}

/** Details of the `ApplicationFailure` of a failed stage. */
export interface StageFailureDetails {
  diagnostics: Diagnostics;
}

/** Names of the messages that a running `processDataset` takes. */
export const CLAIM_UPDATE = 'claim';
export const OFFER_SIGNAL = 'offer';
export const PAUSE_SIGNAL = 'pause';

/** Argument of the signal `offer`: routes that live hosts now serve. */
export interface Offer {
  routes: Route[];
}

/** Argument of the signal `pause`. */
export interface Pause {
  /** Whether the dataset is to be offered to nobody. A host that has it goes on. */
  paused: boolean;
}
