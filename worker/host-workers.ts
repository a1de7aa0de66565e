import { Worker, type NativeConnection, type WorkerTuner } from '@temporalio/worker';
import { createHoldLease } from '../activities/host/hold-lease.ts';
import type { HostContext } from '../activities/host/host-context.ts';
import { createStageActivity } from '../activities/host/stage-activity.ts';
import { leaseQueue, stageQueue, type Route } from '../shared/domain/queue-names.ts';
import type { AnyStageDefinition } from '../stages/define-stage.ts';
import { SlotGate } from './slot-gate.ts';

export interface HostWorkersOptions {
  connection: NativeConnection;
  namespace: string;
  host: HostContext;
  routes: readonly Route[];
  stages: readonly AnyStageDefinition[];
  /** Whether the host's disk has room for another dataset. */
  hasDisk(): Promise<boolean>;
}

/** Cancellations reach a stage with its heartbeats, so those are sent as often as the stages beat. */
const HEARTBEAT_THROTTLE_MS = 1_000;

// Leases end by themselves; the SDK must never end them for us.
const LEASE_SHUTDOWN_GRACE = '3650 days';

const UNUSED_SLOTS = { type: 'fixed-size', numSlots: 1 } as const;

/** The Temporal workers of a host: one for its stages, and one for the leases of each route. */
export class HostWorkers {
  private readonly stageWorker: Worker;
  private readonly leaseWorkers: Worker[];
  private readonly stagesDone: Promise<void>;
  private readonly leasesDone: Promise<unknown>;

  private constructor(stageWorker: Worker, leaseWorkers: Worker[]) {
    this.stageWorker = stageWorker;
    this.leaseWorkers = leaseWorkers;
    this.stagesDone = stageWorker.run();
    this.leasesDone = Promise.all(leaseWorkers.map((worker) => worker.run()));
  }

  static async start(options: HostWorkersOptions): Promise<HostWorkers> {
    const gate = new SlotGate(options.host.leases.slots, options.hasDisk);
    const stageWorker = await createStageWorker(options);
    const leaseWorkers = await Promise.all(options.routes.map((route) => createLeaseWorker(options, route, gate)));
    return new HostWorkers(stageWorker, leaseWorkers);
  }

  /** Rejects when a worker dies by itself. */
  get failed(): Promise<never> {
    return Promise.all([this.stagesDone, this.leasesDone]).then(() => new Promise<never>(() => undefined));
  }

  /** Asks for no more leases; those in hand go on. */
  takeNothingNew(): void {
    for (const worker of this.leaseWorkers) if (worker.getState() === 'RUNNING') worker.shutdown();
  }

  /** Resolves when every lease is over and the workers are gone. */
  async stop(): Promise<void> {
    this.takeNothingNew();
    await this.leasesDone;
    if (this.stageWorker.getState() === 'RUNNING') this.stageWorker.shutdown();
    await this.stagesDone;
  }
}

function workerOptions({ connection, namespace, host }: HostWorkersOptions) {
  return {
    connection,
    namespace,
    identity: `${host.name}/${host.boot}`,
    maxHeartbeatThrottleInterval: HEARTBEAT_THROTTLE_MS,
    defaultHeartbeatThrottleInterval: HEARTBEAT_THROTTLE_MS,
  };
}

function createStageWorker(options: HostWorkersOptions): Promise<Worker> {
  const { host, stages } = options;
  return Worker.create({
    ...workerOptions(options),
    taskQueue: stageQueue(host.name, host.boot),
    activities: Object.fromEntries(stages.map((stage) => [stage.name, createStageActivity(host, stage)])),
    maxConcurrentActivityTaskExecutions: host.leases.slots * 2,
  });
}

function createLeaseWorker(options: HostWorkersOptions, route: Route, gate: SlotGate): Promise<Worker> {
  const tuner: WorkerTuner = {
    activityTaskSlotSupplier: gate.supplier(),
    workflowTaskSlotSupplier: UNUSED_SLOTS,
    localActivityTaskSlotSupplier: UNUSED_SLOTS,
    nexusTaskSlotSupplier: UNUSED_SLOTS,
  };
  return Worker.create({
    ...workerOptions(options),
    taskQueue: leaseQueue(route),
    activities: { holdLease: createHoldLease(options.host) },
    shutdownGraceTime: LEASE_SHUTDOWN_GRACE,
    activityTaskPollerBehavior: { type: 'simple-maximum', maximum: 1 },
    tuner,
  });
}
