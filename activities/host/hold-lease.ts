import { ApplicationFailure, CompleteAsyncError, Context } from '@temporalio/activity';
import {
  ActivityCancelledError,
  ActivityNotFoundError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
import { CLAIM_UPDATE, type Claim, type LeaseInput } from '../../shared/domain/processing.ts';
import type { HeldLease } from './held-lease.ts';
import { tidyCancelled } from './tidy-cancelled.ts';
import type { HostContext } from './host-context.ts';
import type { LeaseActivities } from './signatures.ts';

/** Beats often enough that several may be lost, and rarely enough for a thousand leases. */
const BEATS_PER_TIMEOUT = 6;
const LONGEST_BEAT_MS = 5_000;

/** A host that can't take a dataset asks again ever later: another host may be found meanwhile. */
const LONGEST_REFUSAL_MS = 30_000;

/**
 * Makes the activity `holdLease`. It claims the dataset and then beats for as long as the host works on it. It beats
 * with the client, whose answer tells that the lease still stands, and with the activity's own heartbeat, without
 * which the SDK would time the activity out by itself.
 */
export function createHoldLease(host: HostContext): LeaseActivities['holdLease'] {
  return async (input) => {
    await refuseUnfit(host, input);
    if (host.leases.isFull) throw refusalOf('every slot is in use', 200);
    const lease = host.leases.add(input);
    try {
      if (!(await claim(host, lease))) return;
      host.leases.claimed();
      host.onEvent({ type: 'claimed', dataset: input.dataset.slug });
      await hold(host, lease);
    } finally {
      host.leases.remove(lease);
    }
  };
}

async function refuseUnfit(host: HostContext, input: LeaseInput): Promise<void> {
  const reason = host.leases.reasonBarred(input.dataset.id) ?? (await host.refusal(input.needs));
  if (reason === undefined) return;
  await host.server.refuseRun(input.runId, reason).catch((error: unknown) => {
    host.logger.warn({ err: error, dataset: input.dataset.slug }, 'could not tell why the dataset was refused');
  });
  const { attempt } = Context.current().info;
  throw refusalOf(`${host.name}: ${reason}`, Math.min(LONGEST_REFUSAL_MS, 1000 * 2 ** Math.min(attempt, 10)));
}

function refusalOf(message: string, nextRetryDelayMs: number): ApplicationFailure {
  return ApplicationFailure.create({ type: 'host-cannot', message, nextRetryDelay: nextRetryDelayMs });
}

/** Returns false when the dataset is not to be had: somebody was faster, or the run is over. */
async function claim(host: HostContext, lease: HeldLease): Promise<boolean> {
  const { client, info } = Context.current();
  const { workflowId, runId } = workflowOf(info);
  const { route, leaseNumber } = lease.input;
  const sentMs = lease.clock.now();
  const argument: Claim = {
    route,
    leaseNumber,
    temporalRunId: runId,
    host: host.name,
    boot: host.boot,
    diagnostics: await host.diagnose(),
  };
  try {
    const updateId = `claim ${leaseNumber} by ${host.name}/${host.boot} on ${route}`;
    await client.workflow.getHandle(workflowId, runId).executeUpdate(CLAIM_UPDATE, { args: [argument], updateId });
    lease.clock.answered(sentMs);
    return true;
  } catch (error) {
    if (error instanceof WorkflowUpdateFailedError || error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

function workflowOf(info: Context['info']): { workflowId: string; runId: string } {
  if (!info.workflowExecution) throw new Error('a lease belongs to a Temporal workflow');
  return info.workflowExecution;
}

/** Holds the lease until its work is over. Always ends by throwing, since a lease has no result. */
async function hold(host: HostContext, lease: HeldLease): Promise<never> {
  const stopBeating = beat(lease);
  const stopFence = fence(host, lease);
  try {
    const how = await lease.released;
    // The workflow knows by the end of the last stage; an event of the lease would only cost it another task.
    if (how === 'ended') {
      host.leases.leaveOpen(lease);
      throw new CompleteAsyncError();
    }
    const { slug } = lease.input.dataset;
    const outcome = how === 'lost' && (await tidyCancelled(host, lease)) ? 'cancelled' : how;
    host.onEvent({ type: 'finished', dataset: slug, outcome, seconds: lease.heldSeconds });
    throw ApplicationFailure.nonRetryable(explainRelease(how), lease.stopCode);
  } finally {
    stopBeating();
    stopFence();
  }
}

/** For people, who read it with the host's name behind it. */
function explainRelease(how: 'handed-back' | 'lost'): string {
  return how === 'handed-back' ? 'handed back' : 'the lease was lost';
}

/** Beats until stopped. When the answer is that the lease is over or revoked, everything of the dataset ends at once. */
function beat(lease: HeldLease): () => void {
  const context = Context.current();
  const { taskToken, heartbeatTimeoutMs = lease.input.timing.heartbeatTimeoutMs } = context.info;
  const everyMs = Math.min(LONGEST_BEAT_MS, heartbeatTimeoutMs / BEATS_PER_TIMEOUT);
  let isUnderway = false;
  const timer = setInterval(() => {
    context.heartbeat();
    if (isUnderway) return;
    isUnderway = true;
    const sentMs = lease.clock.now();
    context.client
      .withDeadline(Date.now() + 2 * everyMs, () => context.client.activity.heartbeat(taskToken))
      .then(() => lease.clock.answered(sentMs))
      .catch((error: unknown) => {
        if (error instanceof ActivityNotFoundError || error instanceof ActivityCancelledError) return lease.lose();
        // Everything else leaves it to the clock: the server may be back in time.
        return undefined;
      })
      .finally(() => {
        isUnderway = false;
      });
  }, everyMs);
  return () => clearInterval(timer);
}

/** Gives the lease up by the clock, before the server lets anybody else have it. */
function fence(host: HostContext, lease: HeldLease): () => void {
  let timer: NodeJS.Timeout;
  const check = (): void => {
    const leftMs = lease.clock.msUntilKill();
    if (leftMs > 0) {
      timer = setTimeout(check, leftMs);
      return;
    }
    host.logger.error(
      { dataset: lease.input.dataset.slug },
      'no answer from Temporal for too long: giving the dataset up',
    );
    void lease.lose();
  };
  timer = setTimeout(check, lease.clock.msUntilKill());
  return () => clearTimeout(timer);
}
