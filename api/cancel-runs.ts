import { WorkflowNotFoundError } from '@temporalio/client';
import type { OpenRun } from '../catalog/dataset-actions.ts';
import { closeRun } from '../catalog/run-events.ts';
import { CrunchError } from '../shared/errors/crunch-error.ts';
import { forEachConcurrently } from '../storage/for-each-concurrently.ts';
import type { ApiContext } from './context.ts';

const MOST_AT_ONCE = 20;

/** Asks Temporal to cancel the runs; each settles its dataset when it ends. Throws `temporal-unreachable`. */
export async function cancelRuns(context: ApiContext, runs: OpenRun[]): Promise<void> {
  await forEachConcurrently(runs, { limit: MOST_AT_ONCE }, (run) => cancelRun(context, run));
}

async function cancelRun({ temporal, catalog }: ApiContext, run: OpenRun): Promise<void> {
  const firstExecutionRunId = run.temporalRunId ?? undefined;
  try {
    await temporal.workflow.getHandle(run.workflowId, undefined, { firstExecutionRunId }).cancel();
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw unreachable(run, error);
    // One that ended meanwhile settles its dataset itself. One that was not started yet must not start any more.
    if (run.temporalRunId === null) await closeUnstarted(catalog, run);
  }
}

async function closeUnstarted(catalog: ApiContext['catalog'], { runId }: OpenRun): Promise<void> {
  const note = 'cancelled before it started';
  await closeRun(catalog, { runId, outcome: 'cancelled', failureClass: 'cancelled', note, hostLosses: 0 });
}

function unreachable({ slug }: OpenRun, cause: unknown): CrunchError {
  const message = `Temporal did not take the cancellation of ${slug}. Try again when it can be reached.`;
  return new CrunchError('temporal-unreachable', message, { cause });
}
