import type { Logger } from '../../platform/logger.ts';
import type { Secrets } from '../../platform/secrets.ts';
import type { WorkspaceFate } from '../../shared/domain/dataset-state.ts';
import type { Diagnostics } from '../../shared/domain/diagnostics.ts';
import type { Engine } from '../../shared/domain/engine.ts';
import type { JsonObject } from '../../shared/domain/json.ts';
import type { LeaseNeeds } from '../../shared/domain/processing.ts';
import type { Storage } from '../../storage/storage.ts';
import type { WorkflowEngine } from './engines/workflow-engine.ts';
import type { HeldLease } from './held-lease.ts';
import type { LeaseTable } from './lease-table.ts';
import type { OutputSender, OutputServer } from './output-sender.ts';

/** What a host asks of the server. */
export interface ServerAccess extends OutputServer {
  /** A dataset with its attributes and items, as people see it. */
  readDataset(slug: string): Promise<JsonObject>;
  readProject(slug: string): Promise<JsonObject>;
  /**
   * The bytes of a workflow revision. Content with another checksum is refused with CrunchError `source-unavailable`.
   */
  readWorkflow(sha256: string): Promise<Buffer>;
  /** How a run stands that this host was told to end: whether it is cancelled, and what becomes of its workspace then. */
  readEnd(runId: string): Promise<{ isCancelled: boolean; workspace: WorkspaceFate }>;
  /** Lets people know why this host can't take a dataset. */
  refuseRun(runId: string, reason: string): Promise<void>;
}

/** What happens on a host, for whoever watches it. */
export type HostActivityEvent =
  | { type: 'claimed'; dataset: string }
  | { type: 'stage'; dataset: string; stage: string; state: 'START' }
  | { type: 'stage'; dataset: string; stage: string; state: 'SUCCESS' | 'FAIL'; note?: string; seconds: number }
  /** It was stopped: the dataset is cancelled, handed back or lost. */
  | { type: 'stage'; dataset: string; stage: string; state: 'CANCELLED'; seconds: number }
  /** The stages are done; the results are yet to be published. */
  | { type: 'handed-over'; dataset: string; seconds: number }
  /** `lost`: somebody else may have the dataset. `handed-back`: the host gave it back. Else as the run was closed. */
  | { type: 'finished'; dataset: string; outcome: HostOutcome; seconds: number };

export type HostOutcome = 'completed' | 'failed' | 'cancelled' | 'lost' | 'handed-back';

/** A workflow file of the host's own, which runs instead of the project's. */
export interface WorkflowOverride {
  file: string;
  engine: Engine;
}

/** What the activities of a host work with. */
export interface HostContext {
  /** The host's name. */
  readonly name: string;
  /** Differs for each start of the process. */
  readonly boot: string;
  /** Holds the workspaces. */
  readonly directory: string;
  readonly cores: number;
  /** Whether a completed dataset's workspace is removed. */
  readonly cleanup: boolean;
  readonly transfersInputs: boolean;
  readonly transfersResults: boolean;
  readonly workflowOverride: WorkflowOverride | undefined;
  /** The storage of a lease's dataset; nothing else can be relied on to be reached by it. */
  storageFor(lease: HeldLease): Storage;
  readonly server: ServerAccess;
  readonly leases: LeaseTable;
  readonly output: OutputSender;
  /** What programs print is shown without them. */
  readonly secrets: Secrets;
  readonly engines: Record<Engine, WorkflowEngine>;
  readonly logger: Logger;
  /** Why this host can't do what a dataset needs, or nothing when it can. */
  refusal(needs: LeaseNeeds): Promise<string | undefined>;
  diagnose(): Promise<Diagnostics>;
  onEvent(event: HostActivityEvent): void;
}
