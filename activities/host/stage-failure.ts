import { ApplicationFailure } from '@temporalio/activity';
import type { Diagnostics } from '../../shared/domain/diagnostics.ts';
import type { StageFailureDetails, StageInput } from '../../shared/domain/processing.ts';
import { CrunchError, messageOf } from '../../shared/errors/crunch-error.ts';

/** The failure that a stage's error becomes on its way to the Temporal workflow. */
export function stageFailure(error: unknown, stage: string, diagnostics: Diagnostics): ApplicationFailure {
  const known = error instanceof CrunchError ? error : unforeseen(error, stage);
  const details: StageFailureDetails = { diagnostics };
  return ApplicationFailure.create({
    type: known.code,
    message: known.message,
    // A custom stage may be tried as often as its plan says; other errors know whether another try may help.
    nonRetryable: !known.retryable && known.code !== 'stage-failed',
    details: [details],
  });
}

/** A stage may throw anything; a full disk is the host's trouble, the rest the stage's own. */
function unforeseen(error: unknown, stage: string): CrunchError {
  if ((error as NodeJS.ErrnoException | null)?.code === 'ENOSPC') {
    return new CrunchError('host-disk-full', `the host's disk is full: ${messageOf(error)}`, { cause: error });
  }
  return new CrunchError('stage-failed', `stage ${stage} failed: ${messageOf(error)}`, { cause: error });
}

/** The error of a stage that was ended because it took longer than the plan allows. */
export function timeoutError(input: StageInput): CrunchError {
  const seconds = (input.timeoutMs ?? 0) / 1000;
  return new CrunchError('workflow-timeout', `stage ${input.stage} took longer than its limit of ${seconds} s`);
}
