import { closeRun } from '../../catalog/run-events.ts';
import type { ControlContext } from './control-context.ts';
import type { CloseRunInput } from './signatures.ts';
import { statusEvent } from './status-event.ts';

/** Closes a run that did not complete. */
export async function closeFailedRun({ catalog }: ControlContext, input: CloseRunInput): Promise<void> {
  const { runId, outcome, failureClass, note, hostLosses, event } = input;
  const statuses = event ? [statusEvent(input, event)] : [];
  await closeRun(catalog, { runId, outcome, failureClass, note, hostLosses }, statuses);
}
