import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker, type NativeConnection, type WorkerOptions } from '@temporalio/worker';
import { createControlActivities } from '../activities/control/control-activities.ts';
import type { ControlContext } from '../activities/control/control-context.ts';
import { CONTROL_QUEUE } from '../shared/domain/queue-names.ts';
import { startAdmissionLoop } from './admission-loop.ts';
import { startCancellationLoop } from './cancellation-loop.ts';
import { watchExternalRuns } from './external-run-watch.ts';
import { keepReconcileSchedule } from './reconcile-schedule.ts';
import { startRemovalLoop } from './removal-loop.ts';

export interface ControlWorkerOptions extends ControlContext {
  readonly connection: NativeConnection;
  readonly namespace: string;
}

export interface ControlWorker {
  /** Rejects when the worker dies by itself. */
  readonly stopped: Promise<void>;
  /** Takes nothing new, finishes what is in hand, and resolves then. */
  stop(): Promise<void>;
}

// Each takes a few milliseconds of the catalog's time; more at once than its connections would only queue there.
const LOCAL_ACTIVITIES_AT_ONCE = 40;

const CACHED_WORKFLOWS = 2_000;

/**
 * Starts a control worker: it runs the Temporal workflows, writes the catalog, admits and cancels datasets, takes them from
 * external clients that fall silent, removes the files of deleted ones, and sees to it that catalog and Temporal agree.
 */
export async function startControlWorker(options: ControlWorkerOptions): Promise<ControlWorker> {
  const { connection, namespace, ...context } = options;
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue: CONTROL_QUEUE,
    ...workflowCode(),
    activities: { ...createControlActivities(context) },
    maxConcurrentLocalActivityExecutions: LOCAL_ACTIVITIES_AT_ONCE,
    maxCachedWorkflows: CACHED_WORKFLOWS,
  });
  const loops = [
    startAdmissionLoop(context),
    startCancellationLoop(context),
    watchExternalRuns(context),
    startRemovalLoop(context),
    keepReconcileSchedule(context),
  ];
  const stopped = worker.run();
  return {
    stopped,
    async stop() {
      await Promise.all(loops.map((loop) => loop.stop()));
      if (worker.getState() === 'RUNNING') worker.shutdown();
      await stopped;
    },
  };
}

/** The bundle that the build made; from source, the workflows are bundled at each start. */
function workflowCode(): Pick<WorkerOptions, 'workflowBundle' | 'workflowsPath'> {
  const codePath = process.env.CRUNCH_WORKFLOW_BUNDLE ?? pathOf('../workflow-bundle.js');
  if (existsSync(codePath)) return { workflowBundle: { codePath } };
  return { workflowsPath: pathOf('../workflows/index.ts') };
}

function pathOf(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url));
}
