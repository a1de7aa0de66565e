import { activityInfo, ApplicationFailure } from '@temporalio/activity';
import { CrunchError, messageOf } from '../../shared/errors/crunch-error.ts';
import { closeFailedRun } from './close-run.ts';
import { completeRun } from './complete-run.ts';
import type { ControlContext } from './control-context.ts';
import { fetchWorkflow } from './fetch-workflow.ts';
import { isHostSilent } from './is-host-silent.ts';
import { reconcileRuns } from './reconcile-runs.ts';
import { recordEvents } from './record-events.ts';
import type { ControlActivities } from './signatures.ts';

/** With the pauses between them ten minutes, as a transfer waits, and some seconds: who waits for a source wants to know. */
const PUBLISHING_ATTEMPTS = 17;
const FETCHING_ATTEMPTS = 3;

/** The activities of a control worker. */
export function createControlActivities(context: ControlContext): ControlActivities {
  return {
    recordEvents: (input) => translated(recordEvents(context, input)),
    completeRun: (input) => translated(completeRun(context, input), PUBLISHING_ATTEMPTS),
    closeRun: (input) => translated(closeFailedRun(context, input)),
    isHostSilent: (input) => translated(isHostSilent(context, input)),
    reconcileRuns: () => translated(reconcileRuns(context)),
    fetchWorkflow: (input) => translated(fetchWorkflow(context, input), FETCHING_ATTEMPTS),
  };
}

/**
 * Across Temporal an error is its code and its words. What is not known to be hopeless is tried again: for as long as the
 * catalog is away, which must never fail a run, else at most `attempts` times.
 */
async function translated<T>(work: Promise<T>, attempts = Infinity): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw ApplicationFailure.create({
      type: error instanceof CrunchError ? error.code : 'internal',
      message: messageOf(error),
      nonRetryable: isHopeless(error, attempts),
      cause: error instanceof Error ? error : undefined,
    });
  }
}

function isHopeless(error: unknown, attempts: number): boolean {
  if (!(error instanceof CrunchError)) return false;
  if (error.code === 'catalog-unavailable') return false;
  return !error.retryable || activityInfo().attempt >= attempts;
}
