import { WorkflowNotFoundError } from '@temporalio/client';
import type { OpenRun } from '../catalog/dataset-actions.ts';
import { cancelExternalRun } from '../catalog/end-external-runs.ts';
import { closeRun } from '../catalog/run-events.ts';
import { CrunchError } from '../shared/errors/crunch-error.ts';
import { forEachConcurrently } from '../platform/for-each-concurrently.ts';
import type { ApiContext } from './context.ts';

const MOST_AT_ONCE = 20;

/**
 * Asks Temporal to cancel the runs; each settles its dataset when it ends. Those of external clients end at once. Throws
 * `temporal-unreachable`.
 */
export async function cancelRuns(context: ApiContext, runs: OpenRun[]): Promise<void> {
  await forEachConcurrently(runs, { limit: MOST_AT_ONCE }, (run) => cancelRun(context, run));
}

async function cancelRun({ temporal, catalog }: ApiContext, run: OpenRun): Promise<void> {
  if (run.kind === 'external') return cancelExternalRun(catalog, run.runId);
  const firstExecutionRunId = run.temporalRunId ?? undefined;
  try {
    // One that was not started yet must not start any more: whoever starts it finds it closed and cancels it.
    if (firstExecutionRunId === undefined) return await closeAsCancelled(catalog, run);
    await temporal.workflow.getHandle(run.workflowId, undefined, { firstExecutionRunId }).cancel();
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw unreachable(run, error);
    // One that ended by itself has settled its dataset, which this leaves alone; one that somebody terminated has not.
    await closeAsCancelled(catalog, run);
  }
}

async function closeAsCancelled(catalog: ApiContext['catalog'], { runId }: OpenRun): Promise<void> {
  const note = 'cancelled while nothing of it ran';
  await closeRun(catalog, { runId, outcome: 'cancelled', failureClass: 'cancelled', note, hostLosses: 0 });
}

function unreachable({ slug }: OpenRun, cause: unknown): CrunchError {
  const message = `Temporal did not take the cancellation of ${slug}. Try again when it can be reached.`;
  return new CrunchError('temporal-unreachable', message, { cause });
}
