import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import type {
  CloseRunInput,
  CompleteRunInput,
  ControlActivities,
  RecordEventsInput,
  SilenceInput,
} from '../../activities/control/signatures.ts';
import { isHostSilent } from '../../activities/control/is-host-silent.ts';
import type { HostActivityEvent, HostContext } from '../../activities/host/host-context.ts';
import { LeaseTable } from '../../activities/host/lease-table.ts';
import { OutputSender } from '../../activities/host/output-sender.ts';
import { createLogger } from '../../platform/logger.ts';
import { Secrets } from '../../platform/secrets.ts';
import type { WorkspaceFate } from '../../shared/domain/dataset-state.ts';
import { PROCESS_DATASET, type LeaseTiming, type ProcessDatasetInput } from '../../shared/domain/processing.ts';
import { CONTROL_QUEUE, hostRoute, workflowIdOf, type Route } from '../../shared/domain/queue-names.ts';
import { readDiagnostics } from '../../platform/diagnostics.ts';
import type { AnyStageDefinition } from '../../stages/define-stage.ts';
import { openStorage } from '../../storage/open-storage.ts';
import { findRefusal } from '../../worker/find-refusal.ts';
import { HostWorkers } from '../../worker/host-workers.ts';
import { pathOfWorkflowBundle } from './workflow-bundle.ts';

/** A catalog that keeps in memory what the control side is told, in order. */
export class RecordedRuns implements Omit<ControlActivities, 'fetchWorkflow' | 'isHostSilent' | 'reconcileRuns'> {
  readonly told: string[] = [];
  readonly closed: CloseRunInput[] = [];
  /** Is waited for before results are published. */
  beforePublishing: () => Promise<unknown> = async () => undefined;

  async recordEvents({ events, standing }: RecordEventsInput): Promise<void> {
    for (const { stage, state, leaseNumber } of events) this.told.push(`${stage} ${state} ${leaseNumber}`);
    if (standing.state === 'waiting') this.told.push('waiting');
  }

  async completeRun(input: CompleteRunInput): Promise<{ resultFiles: number }> {
    await this.beforePublishing();
    this.told.push(`${input.event.stage} ${input.event.state} ${input.event.leaseNumber}`, 'completed');
    return { resultFiles: 1 };
  }

  async closeRun(input: CloseRunInput): Promise<void> {
    if (input.event) this.told.push(`${input.event.stage} ${input.event.state} ${input.event.leaseNumber}`);
    this.told.push(input.outcome);
    this.closed.push(input);
  }
}

/** A host inside the test's process, with stages of the test's own. */
export interface BenchHost {
  name: string;
  context: HostContext;
  workers: HostWorkers;
  events: HostActivityEvent[];
  /** Refusals that it told people. */
  refusals: string[];
}

export interface BenchHostOptions {
  name?: string;
  slots?: number;
  routes?: Route[];
  stages: readonly AnyStageDefinition[];
}

/** Short, so that a test of a lost host takes seconds. */
const TIMING: LeaseTiming = { heartbeatTimeoutMs: 2_000, graceMs: 600, killGraceMs: 500 };

const WORKFLOW = { sha256: '0'.repeat(64), format: 'text', entry: 'workflow.sh' } as const;

export interface TemporalAccess {
  address: string;
  namespace: string;
}

interface BenchParts {
  client: Client;
  control: Worker;
  runs: RecordedRuns;
  folder: string;
  access: TemporalAccess;
  connection: NativeConnection;
}

/** The Temporal side of Crunch alone: real leases, stages and workflows, with the catalog's part recorded. */
export class ProcessingBench {
  readonly runs = new RecordedRuns();
  readonly client: Client;
  private readonly access: TemporalAccess;
  private readonly control: Worker;
  private readonly controlDone: Promise<void>;
  private readonly folder: string;
  private readonly connections: NativeConnection[] = [];
  private readonly hosts: BenchHost[] = [];
  /** What the server tells of the workspaces of runs that were cancelled; nothing while none was. */
  cancelsWith: WorkspaceFate | undefined;
  private static datasets = 0;

  private constructor(parts: BenchParts) {
    this.client = parts.client;
    this.control = parts.control;
    this.controlDone = parts.control.run();
    this.runs = parts.runs;
    this.folder = parts.folder;
    this.access = parts.access;
    this.connections.push(parts.connection);
  }

  static async start(access: TemporalAccess): Promise<ProcessingBench> {
    const { address, namespace } = access;
    const client = new Client({ connection: await Connection.connect({ address }), namespace });
    const runs = new RecordedRuns();
    const connection = await NativeConnection.connect({ address });
    const control = await Worker.create({
      connection,
      namespace,
      taskQueue: CONTROL_QUEUE,
      workflowBundle: { codePath: pathOfWorkflowBundle() },
      activities: {
        recordEvents: (input: RecordEventsInput) => runs.recordEvents(input),
        completeRun: (input: CompleteRunInput) => runs.completeRun(input),
        closeRun: (input: CloseRunInput) => runs.closeRun(input),
        isHostSilent: (input: SilenceInput) => isHostSilent({ temporal: client }, input),
      },
    });
    const folder = await mkdtemp(path.join(tmpdir(), 'crunch-bench-'));
    return new ProcessingBench({ client, control, runs, folder, access, connection });
  }

  async addHost({
    name = `h${this.hosts.length}-${randomUUID().slice(0, 8)}`,
    slots = 1,
    routes = ['any'],
    stages,
  }: BenchHostOptions): Promise<BenchHost> {
    const events: HostActivityEvent[] = [];
    const refusals: string[] = [];
    const directory = path.join(this.folder, name);
    const names = new Set(stages.map((stage) => stage.name));
    const unused = async () => {
      throw new Error('the stages of these tests ask the server for nothing');
    };
    const storage = openStorage({ kind: 'folder', path: this.folder });
    const boot = randomUUID().slice(0, 8);
    const logger = createLogger({ name: 'bench', level: 'fatal' });
    const server: HostContext['server'] = {
      readDataset: unused,
      readProject: unused,
      readWorkflow: unused,
      readEnd: async () => ({ isCancelled: this.cancelsWith !== undefined, workspace: this.cancelsWith ?? 'keep' }),
      refuseRun: async (_runId, reason) => {
        refusals.push(reason);
      },
      reportOutput: async (reports) =>
        reports.map(({ first, lines }) => ({ received: first + lines.length, standing: 'in force' })),
    };
    const context: HostContext = {
      name,
      boot,
      directory,
      cores: 1,
      cleanup: false,
      transfersInputs: false,
      transfersResults: false,
      workflowOverride: undefined,
      storageFor: () => storage,
      server,
      leases: new LeaseTable(slots),
      output: new OutputSender({ host: name, boot, directory, server, logger }),
      secrets: new Secrets(),
      engines: {} as HostContext['engines'],
      logger,
      refusal: (needs) => findRefusal({ directory: this.folder, stages: names }, needs),
      diagnose: () => readDiagnostics(this.folder),
      onEvent: (event) => events.push(event),
    };
    const { address, namespace } = this.access;
    // Each host is a process of its own, with a connection of its own.
    const connection = await NativeConnection.connect({ address });
    this.connections.push(connection);
    const workers = await HostWorkers.start({
      connection,
      namespace,
      host: context,
      routes: [...routes, hostRoute(name)],
      stages,
      hasDisk: async () => true,
    });
    const host = { name, context, workers, events, refusals };
    this.hosts.push(host);
    return host;
  }

  /** Starts a dataset's Temporal workflow. */
  async process(plan: string[], changes: Partial<ProcessDatasetInput> = {}): Promise<WorkflowHandle> {
    ProcessingBench.datasets += 1;
    const id = Date.now() * 100 + ProcessingBench.datasets;
    const input: ProcessDatasetInput = {
      dataset: { id, slug: `p:d${id}`, projectId: 1, projectSlug: 'p', basePath: `crunch/p/d${id}` },
      runId: randomUUID(),
      runNumber: 1,
      plan: plan.map((stage) => ({ stage })),
      engine: 'script',
      parameters: {},
      workflow: WORKFLOW,
      routes: ['any'],
      priority: 3,
      timing: TIMING,
      freeBytes: 0,
      lastLeaseNumber: 0,
      ...changes,
    };
    return this.client.workflow.start(PROCESS_DATASET, {
      taskQueue: CONTROL_QUEUE,
      workflowId: workflowIdOf(id),
      args: [input],
    });
  }

  async stop(): Promise<void> {
    for (const host of this.hosts) for (const lease of host.context.leases.all()) await lease.handBack('at once');
    await Promise.all(this.hosts.map((host) => host.workers.stop()));
    this.control.shutdown();
    await this.controlDone;
    for (const connection of this.connections) await connection.close();
    await this.client.connection.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}
