import { ApplicationFailure, CancellationScope, isCancellation, proxyActivities, sleep } from '@temporalio/workflow';
import type { ControlActivities } from '../activities/control/signatures.ts';
import type { ProcessDatasetInput, ProcessDatasetResult, WorkflowRef } from '../shared/domain/processing.ts';
import { CancelWatch, untilCancelled } from './cancel-watch.ts';
import { explainRunFailure, isHostGone, type LeaseOutcome } from './explain-failure.ts';
import { LeaseDesk, type HeldLease } from './lease-desk.ts';
import { RunRecord } from './run-record.ts';
import { runStages, type StagesEnd } from './run-stages.ts';

/** After so many hosts died while they ran a user's program, the program is held to be what kills them. */
const MAX_HOST_LOSSES = 3;

type WorkOutcome = { kind: 'done'; end: StagesEnd } | Exclude<LeaseOutcome, { kind: 'not-taken' }>;

/**
 * Processes one dataset: offers it to hosts, runs the plan's stages on the host that claims it, starts again on another
 * when that one is lost, and publishes the results. Closes as the run ended: completed, failed or cancelled.
 */
export async function processDataset(input: ProcessDatasetInput): Promise<ProcessDatasetResult> {
  const record = new RunRecord(input);
  const desk = new LeaseDesk(input);
  try {
    const workflow = input.workflow ?? (await fetchWorkflow(input));
    return await processOnHosts(input, workflow, desk, record);
  } catch (error) {
    const failure = explainRunFailure(error);
    await CancellationScope.nonCancellable(() => record.close(failure));
    throw isCancellation(error) ? error : asRunFailure(error, failure.note);
  }
}

async function processOnHosts(
  input: ProcessDatasetInput,
  workflow: WorkflowRef,
  desk: LeaseDesk,
  record: RunRecord,
): Promise<ProcessDatasetResult> {
  let hostLosses = 0;
  for (;;) {
    const lease = await desk.offer();
    record.claimed(lease.claim);
    const outcome = await workUnder(lease, input, workflow, record);
    if (outcome.kind === 'done') {
      const { leaseNumber, host } = lease.claim;
      const { report, success } = outcome.end;
      const resultFiles = await record.complete({ leaseNumber, manifest: report.manifest, event: success });
      return { host, leaseNumber, hostLosses, resultFiles };
    }
    if (outcome.kind === 'handed-back') {
      record.hostGone('CANCELLED', outcome.reason, hostLosses);
      continue;
    }
    if (runsUserCode(record.runningStage)) hostLosses += 1;
    const isPoison = hostLosses >= MAX_HOST_LOSSES;
    if (!isPoison) record.hostGone('LOST', outcome.reason, hostLosses);
    // Until then the silent host may still be at work, so that nobody else may have the dataset; it ends its own
    // processes before this is over.
    await outlast(input.timing.graceMs, lease, record);
    if (isPoison) throw poison(hostLosses, lease, record);
  }
}

/** Waits until a silent host has ended all that it ran. A cancellation needn't wait: the catalog keeps the dataset so long. */
async function outlast(graceMs: number, { claim }: HeldLease, record: RunRecord): Promise<void> {
  const quietAtMs = Date.now() + graceMs;
  const over = CancellationScope.nonCancellable(() => sleep(graceMs));
  let isOver = false;
  const cancelled = untilCancelled((cancellation) => {
    if (!isOver) record.hostSilent(claim.host, quietAtMs);
    return Promise.reject(cancellation);
  });
  cancelled.catch(() => undefined);
  await Promise.race([over, cancelled]);
  isOver = true;
}

/** Runs the stages for as long as the lease holds. */
async function workUnder(
  lease: HeldLease,
  input: ProcessDatasetInput,
  workflow: WorkflowRef,
  record: RunRecord,
): Promise<WorkOutcome> {
  const scope = new CancellationScope();
  const stages = scope
    .run(() => runStages(input, workflow, lease.claim, record))
    .then((end): WorkOutcome => ({ kind: 'done', end }));
  const gone = lease.outcome.then((outcome) => (outcome.kind === 'not-taken' ? stages : outcome));
  const watch = new CancelWatch();
  const { heartbeatTimeoutMs, graceMs } = input.timing;
  const silence = watch.silence.catch((cancellation: unknown) => {
    // It counts from its last answered heartbeat, which was before now.
    record.hostSilent(lease.claim.host, Date.now() + heartbeatTimeoutMs + graceMs);
    stages.catch(() => undefined);
    throw cancellation;
  });
  silence.catch(() => undefined);
  try {
    const outcome = await Promise.race([stages, gone, silence]);
    if (outcome.kind !== 'done') abandon(scope, stages);
    return outcome;
  } catch (error) {
    if (!isHostGone(error)) throw error;
    // Only the lease's own end tells from when on nothing of the dataset runs there: the host counts by the same clock.
    lease.revoke();
    const outcome = await Promise.race([lease.outcome, silence]);
    return outcome.kind === 'not-taken' ? { kind: 'lost', reason: 'the host lost its lease' } : outcome;
  } finally {
    watch.stop();
  }
}

/** Stages on a host that is gone are not waited for: nobody would answer. */
function abandon(scope: CancellationScope, stages: Promise<unknown>): void {
  stages.catch(() => undefined);
  scope.cancel();
}

function runsUserCode(stage: string | undefined): boolean {
  return stage !== undefined && stage !== 'download' && stage !== 'upload';
}

function poison(hostLosses: number, lease: HeldLease, record: RunRecord): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    `${hostLosses} hosts died while they ran stage ${record.runningStage}, the last one ${lease.claim.host}: ` +
      'the dataset may be what kills them (out of memory?); mend it, then retry',
    'poison',
  );
}

async function fetchWorkflow(input: ProcessDatasetInput): Promise<WorkflowRef> {
  const control = proxyActivities<Pick<ControlActivities, 'fetchWorkflow'>>({
    startToCloseTimeout: '10 minutes',
    retry: { initialInterval: '1 second', maximumInterval: '1 minute' },
    summary: 'fetch the project’s workflow',
  });
  return control.fetchWorkflow({ datasetId: input.dataset.id, runId: input.runId });
}

/** Only an ApplicationFailure closes a Temporal workflow; anything else would have its task tried for ever. */
function asRunFailure(error: unknown, note: string): ApplicationFailure {
  if (error instanceof ApplicationFailure) return error;
  const cause = (error as { cause?: unknown }).cause;
  const type = cause instanceof ApplicationFailure ? (cause.type ?? 'internal') : 'internal';
  return ApplicationFailure.create({ type, message: note, nonRetryable: true, cause: error as Error });
}
