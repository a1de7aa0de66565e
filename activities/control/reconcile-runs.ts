import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { findWantedRuns, listStartedRuns, restartRun, type StartedRun } from '../../catalog/open-runs.ts';
import { closeRun, type StatusEvent } from '../../catalog/run-events.ts';
import { forEachConcurrently } from '../../platform/for-each-concurrently.ts';
import { leaseManifest } from '../../shared/domain/manifest.ts';
import { PROCESS_DATASET, type ProcessDatasetResult } from '../../shared/domain/processing.ts';
import { decideRepair, type ExecutionState, type Repair, type RunExecution } from '../../shared/domain/repair.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { completeRun } from './complete-run.ts';
import type { ControlContext } from './control-context.ts';

const BATCH = 1000;

/** How many executions are looked at or ended at once. */
const AT_ONCE = 8;

/** A run has told the catalog of its end a moment before it closes, and its row is there a moment before it starts. */
const SETTLED_SECONDS = 60;

/**
 * Compares the open runs of the catalog with what Temporal runs, and repairs what differs: after somebody terminated or
 * reset an execution in Temporal, or the namespace or newer rows of the catalog were lost. Each repair is shown by a
 * status. Several may do so at once.
 */
export async function reconcileRuns(
  context: ControlContext,
  { settledSeconds = SETTLED_SECONDS } = {},
): Promise<{ repaired: number }> {
  const running = await listRunning(context.temporal);
  const pace = { limit: AT_ONCE, goesOnAfterFailure: true };
  let repaired = 0;
  for await (const runs of inBatches(context)) {
    const doubtful = runs.filter(({ temporalRunId }) => !running.has(temporalRunId));
    await forEachConcurrently(doubtful, pace, async (run) => {
      if (await repair(context, run)) repaired += 1;
    });
  }
  await forEachConcurrently(await findUnwanted(context, running, settledSeconds), pace, async (execution) => {
    await context.temporal.workflow.getHandle(execution.workflowId, execution.temporalRunId).cancel();
    repaired += 1;
  });
  return { repaired };
}

interface RunningExecution {
  workflowId: string;
  temporalRunId: string;
  /** The run that it is for. */
  runId: unknown;
  startedAt: Date;
}

/** By their Temporal runs. Temporal's list is a moment late: what it shows is checked before anything is done. */
async function listRunning(temporal: Client): Promise<Map<string, RunningExecution>> {
  const query = `WorkflowType = '${PROCESS_DATASET}' AND ExecutionStatus = 'Running'`;
  const running = new Map<string, RunningExecution>();
  for await (const { workflowId, runId, memo, startTime } of temporal.workflow.list({ query, pageSize: BATCH })) {
    running.set(runId, { workflowId, temporalRunId: runId, runId: memo?.runId, startedAt: startTime });
  }
  return running;
}

async function* inBatches({ catalog }: ControlContext): AsyncGenerator<StartedRun[]> {
  let after: string | null = null;
  for (;;) {
    const runs: StartedRun[] = await listStartedRuns(catalog, { after, limit: BATCH });
    if (runs.length === 0) return;
    yield runs;
    after = runs.at(-1)?.runId ?? null;
  }
}

async function repair(context: ControlContext, run: StartedRun): Promise<boolean> {
  const wanted = decideRepair(await findExecution(context.temporal, run));
  if (wanted === undefined) return false;
  context.logger.warn({ runId: run.runId, workflowId: run.workflowId, repair: wanted.kind }, 'a run is repaired');
  await perform(context, run, wanted);
  return true;
}

async function perform(context: ControlContext, run: StartedRun, wanted: Repair): Promise<void> {
  const { catalog, temporal } = context;
  if (wanted.kind === 'publish') return publish(context, run);
  const { note } = wanted;
  if (wanted.kind === 'close') return close(context, run, wanted);
  if (wanted.terminate !== undefined) {
    await temporal.workflow.getHandle(run.workflowId, wanted.terminate).terminate('it starts over, after a reset');
  }
  await restartRun(catalog, run, { delayMs: silenceOf(context, run), note }, statusOf(run, note));
}

/** For so long a host may still have the dataset that nobody tells any more to let it go. */
function silenceOf({ defaults: { timing } }: ControlContext, { heartbeatTimeoutMs, graceMs }: StartedRun): number {
  return (heartbeatTimeoutMs ?? timing.heartbeatTimeoutMs) + (graceMs ?? timing.graceMs);
}

async function close({ catalog }: ControlContext, run: StartedRun, end: Repair & { kind: 'close' }): Promise<void> {
  const { outcome, failureClass, note } = end;
  const { runId, hostLosses } = run;
  await closeRun(catalog, { runId, outcome, failureClass, note, hostLosses }, statusOf(run, note));
}

/** The run completed, but the catalog doesn't have its end: what it made is in storage, or can't be had. */
async function publish(context: ControlContext, run: StartedRun): Promise<void> {
  const handle = context.temporal.workflow.getHandle(run.workflowId, run.temporalRunId);
  const { host, leaseNumber, hostLosses } = (await handle.result()) as ProcessDatasetResult;
  const note = 'it completed, which the catalog had not heard';
  const event = { stage: run.stage ?? 'upload', state: 'REPAIRED', note, atMs: Date.now() } as const;
  try {
    await completeRun(context, {
      ...{ datasetId: run.datasetId, runId: run.runId, basePath: run.basePath, leaseNumber, hostLosses },
      manifest: leaseManifest(run.runId, leaseNumber),
      event: { ...event, leaseNumber, host, diagnostics: null },
    });
  } catch (error) {
    if (!(error instanceof CrunchError) || error.retryable) throw error;
    const why = `${note}; its results can’t be published: ${error.message}`;
    await close(context, run, { kind: 'close', outcome: 'failed', failureClass: 'storage', note: why });
  }
}

function statusOf({ datasetId, runId, leaseNumber, stage, host }: StartedRun, note: string): StatusEvent[] {
  if (stage === null) return [];
  const event = { datasetId, runId, leaseNumber, stage, host, note };
  return [{ ...event, state: 'REPAIRED', atMs: Date.now(), diagnostics: null }];
}

async function findExecution({ workflow }: Client, run: StartedRun): Promise<RunExecution> {
  const started = await describe(workflow, run.workflowId, run.temporalRunId);
  if (started?.state !== 'TERMINATED') return { state: started?.state };
  const latest = await describe(workflow, run.workflowId);
  const isReset = latest?.state === 'RUNNING' && latest.runId === run.runId;
  return isReset ? { state: 'TERMINATED', resetTo: latest.temporalRunId } : { state: 'TERMINATED' };
}

async function describe(workflow: Client['workflow'], workflowId: string, temporalRunId?: string) {
  try {
    const { status, runId, memo } = await workflow.getHandle(workflowId, temporalRunId).describe();
    return { state: stateOf(status.name), temporalRunId: runId, runId: memo?.runId };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

function stateOf(name: string): ExecutionState {
  const known: readonly ExecutionState[] = ['RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED', 'TERMINATED', 'TIMED_OUT'];
  return known.find((state) => state === name) ?? 'OTHER';
}

/** Executions that go on for runs which the catalog has closed, or doesn't have: those of a restored catalog. */
async function findUnwanted(
  { catalog }: ControlContext,
  running: Map<string, RunningExecution>,
  settledSeconds: number,
): Promise<RunningExecution[]> {
  const settledMs = Date.now() - settledSeconds * 1000;
  const settled = [...running.values()].filter(({ startedAt }) => startedAt.getTime() < settledMs);
  const runIds = settled.flatMap(({ runId }) => (typeof runId === 'string' ? [runId] : []));
  if (runIds.length === 0) return [];
  const wanted = await findWantedRuns(catalog, runIds, settledSeconds);
  return settled.filter(({ runId }) => typeof runId === 'string' && !wanted.has(runId));
}
