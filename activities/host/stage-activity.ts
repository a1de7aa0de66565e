import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { ApplicationFailure, CancelledFailure, Context } from '@temporalio/activity';
import type { Json } from '../../shared/domain/json.ts';
import type { LeaseReport, StageInput, StageResult } from '../../shared/domain/processing.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { performStage, type AnyStageDefinition } from '../../stages/define-stage.ts';
import type { HeldLease } from './held-lease.ts';
import type { HostContext } from './host-context.ts';
import { createStageContext } from './stage-context.ts';
import { stageFailure, timeoutError } from './stage-failure.ts';
import { StageLog } from './stage-log.ts';
import { removeWorkspace, tidyCancelled } from './tidy-cancelled.ts';
import { Workspace } from './workspace.ts';

/** Often enough that a cancellation is felt within a second; a stage shorter than that never beats. */
const BEAT_MS = 1_000;

/** After the grace of programs: what still runs then is code that heeds no signal. */
const OVERDUE_MS = 10_000;

/** After programs were killed: a host that has to let go can't wait longer. */
const KILLED_MS = 2_000;

const OVERDUE = Symbol('overdue');

/**
 * Makes a stage's activity: it does the stage's work under the lease that this process holds, beats while it runs, and
 * says in words why it failed. A second run does the stage again from where its own work allows.
 */
export function createStageActivity(host: HostContext, definition: AnyStageDefinition) {
  return async (input: StageInput): Promise<StageResult> => {
    const lease = host.leases.find(input.runId, input.leaseNumber);
    if (!lease) {
      throw ApplicationFailure.nonRetryable(`${host.name} doesn't hold lease ${input.leaseNumber}`, 'lease-lost');
    }
    return lease.track(performUnderLease(host, definition, input, lease));
  };
}

async function performUnderLease(
  host: HostContext,
  definition: AnyStageDefinition,
  input: StageInput,
  lease: HeldLease,
): Promise<StageResult> {
  const startedMs = performance.now();
  const seconds = () => (performance.now() - startedMs) / 1000;
  const event = { type: 'stage', dataset: input.dataset.slug, stage: input.stage } as const;
  host.onEvent({ ...event, state: 'START' });
  try {
    const output = await performBeating(host, definition, input, lease);
    lease.assertHeld();
    host.onEvent({ ...event, state: 'SUCCESS', seconds: seconds() });
    const isLast = input.stage === lease.input.needs.stages.at(-1);
    const diagnostics = await host.diagnose();
    return isLast ? { output, diagnostics, report: await finish(host, lease) } : { output, diagnostics };
  } catch (error) {
    const failure = await failureOf(host, error, lease, input.stage);
    const isStopped = lease.signal.aborted || failure instanceof CancelledFailure;
    const end = isStopped ? ({ state: 'CANCELLED' } as const) : ({ state: 'FAIL', note: failure.message } as const);
    host.onEvent({ ...event, ...end, seconds: seconds() });
    // The run is closed after this, so that nobody else works in the workspace.
    if (failure instanceof CancelledFailure) await tidyCancelled(host, lease);
    if (isFinal(failure)) giveUp(lease, failure);
    throw failure;
  }
}

async function performBeating(
  host: HostContext,
  definition: AnyStageDefinition,
  input: StageInput,
  lease: HeldLease,
): Promise<Json> {
  const activity = Context.current();
  const files = new Workspace(host.directory, input.dataset.slug);
  await files.create();
  const log = new StageLog(files.logFile(input.stage), (lines) => host.output.write(lease, input.stage, lines));
  const limit = new AbortController();
  const limitTimer = input.timeoutMs === null ? undefined : setTimeout(() => limit.abort(), input.timeoutMs);
  // Tied to the stage being under way, not to what it prints.
  const beating = setInterval(() => activity.heartbeat(log.progress), BEAT_MS);
  const signal = AbortSignal.any([activity.cancellationSignal, lease.signal, limit.signal]);
  try {
    const context = createStageContext(host, { input, lease, files, log, signal });
    const performing = performStage(definition, context);
    const output = await Promise.race([performing, overdue(input, lease, signal)]);
    if (output === OVERDUE) throw leaveBehind(host, input, performing);
    if (signal.aborted) throw new CrunchError('interrupted', `stage ${input.stage} was stopped`);
    return output;
  } catch (error) {
    throw limit.signal.aborted ? timeoutError(input) : error;
  } finally {
    clearTimeout(limitTimer);
    clearInterval(beating);
    await log.close();
  }
}

/** Resolves when a stage goes on long after it was told to end: nothing may wait for it any more. */
async function overdue(input: StageInput, lease: HeldLease, signal: AbortSignal): Promise<typeof OVERDUE> {
  await aborted(signal);
  const killed = aborted(lease.killSignal).then(() => delay(KILLED_MS, OVERDUE, { ref: false }));
  return Promise.race([killed, delay(input.killGraceMs + OVERDUE_MS, OVERDUE, { ref: false })]);
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}

/** The stage is given up: nothing that its code still does counts. */
function leaveBehind(host: HostContext, input: StageInput, code: Promise<unknown>): CrunchError {
  const reason = `code of stage ${input.stage} still runs here, since it did not end when it was told to: restart this host`;
  // Two runs at once in one workspace would mix their files.
  host.leases.bar(input.dataset.id, reason, code);
  const problem = `stage ${input.stage} did not end when it was told to`;
  const fix = 'its code runs on until this host is restarted, unless it ends by itself';
  host.logger.error({ dataset: input.dataset.slug, stage: input.stage }, `${problem}: ${fix}`);
  return new CrunchError('stage-failed', problem);
}

/** The last stage is done: the slot becomes free with it, not a heartbeat later. */
async function finish(host: HostContext, lease: HeldLease): Promise<LeaseReport> {
  const { slug } = lease.input.dataset;
  // The results are in storage: what can't be removed here is no reason to fail.
  if (host.cleanup) await removeWorkspace(host, slug);
  host.onEvent({ type: 'handed-over', dataset: slug, seconds: lease.heldSeconds });
  lease.end();
  return lease.report ?? { manifest: null, files: 0 };
}

async function failureOf(host: HostContext, error: unknown, lease: HeldLease, stage: string): Promise<Error> {
  if (lease.signal.aborted) return ApplicationFailure.nonRetryable(`stage ${stage} was stopped`, lease.stopCode);
  if (Context.current().cancellationSignal.aborted) return new CancelledFailure(`stage ${stage} was cancelled`);
  return stageFailure(error, stage, await host.diagnose());
}

function isFinal(failure: Error): boolean {
  if (!(failure instanceof ApplicationFailure)) return true;
  const { attempt, retryPolicy } = Context.current().info;
  return failure.nonRetryable === true || attempt >= (retryPolicy?.maximumAttempts ?? Infinity);
}

/** The run is over: the slot becomes free. A lease that was lost or is being handed back ends by itself. */
function giveUp(lease: HeldLease, failure: Error): void {
  if (lease.signal.aborted) return;
  if (failure instanceof ApplicationFailure && failure.type === 'lease-lost') void lease.lose();
  else lease.end();
}
