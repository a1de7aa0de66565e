import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import {
  closeCancelled,
  markCancellationSent,
  unsentCancellations,
  type UnsentCancellation,
} from '../../catalog/cancellations.ts';
import { forEachConcurrently } from '../../platform/for-each-concurrently.ts';
import type { ControlContext } from './control-context.ts';

const MOST_AT_ONCE = 20;

/**
 * Cancels in Temporal what somebody cancelled in the catalog. What Temporal has not taken is left for the next time, so
 * that none is lost. Several control workers may do so at once.
 */
export async function deliverCancellations(context: Pick<ControlContext, 'catalog' | 'temporal'>): Promise<void> {
  const unsent = await unsentCancellations(context.catalog);
  await forEachConcurrently(unsent, { limit: MOST_AT_ONCE, goesOnAfterFailure: true }, (run) => deliver(context, run));
}

async function deliver(
  { catalog, temporal }: Pick<ControlContext, 'catalog' | 'temporal'>,
  { runId, workflowId, temporalRunId }: UnsentCancellation,
): Promise<void> {
  // Whoever starts it right now finds it closed, and cancels it.
  if (temporalRunId === null) return closeCancelled(catalog, runId);
  if (await cancel(temporal, workflowId, temporalRunId)) return markCancellationSent(catalog, runId);
  // One that ended by itself has settled its dataset, which this leaves alone; one that somebody terminated has not.
  await closeCancelled(catalog, runId);
}

/** Returns whether there was something to cancel. Temporal takes a cancellation of what has ended, too. */
async function cancel(temporal: Client, workflowId: string, firstExecutionRunId: string): Promise<boolean> {
  const workflow = temporal.workflow.getHandle(workflowId, undefined, { firstExecutionRunId });
  try {
    await workflow.cancel();
    const { status, runId } = await workflow.describe();
    return status.name === 'RUNNING' && runId === firstExecutionRunId;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
