import { ApplicationFailure } from '@temporalio/activity';
import { CrunchError, messageOf } from '../../shared/errors/crunch-error.ts';
import { closeFailedRun } from './close-run.ts';
import { completeRun } from './complete-run.ts';
import type { ControlContext } from './control-context.ts';
import { fetchWorkflow } from './fetch-workflow.ts';
import { recordEvents } from './record-events.ts';
import type { ControlActivities } from './signatures.ts';

/** The activities of a control worker. */
export function createControlActivities(context: ControlContext): ControlActivities {
  return {
    recordEvents: (input) => translated(recordEvents(context, input)),
    completeRun: (input) => translated(completeRun(context, input)),
    closeRun: (input) => translated(closeFailedRun(context, input)),
    fetchWorkflow: (input) => translated(fetchWorkflow(context, input)),
  };
}

/** Across Temporal an error is its code and its words. What is not known to be hopeless is tried again. */
async function translated<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw ApplicationFailure.create({
      type: error instanceof CrunchError ? error.code : 'internal',
      message: messageOf(error),
      nonRetryable: error instanceof CrunchError && !error.retryable,
      cause: error instanceof Error ? error : undefined,
    });
  }
}
