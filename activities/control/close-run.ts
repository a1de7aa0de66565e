import { describeCancellation, findCancellation } from '../../catalog/cancellations.ts';
import { closeRun } from '../../catalog/run-events.ts';
import type { ControlContext } from './control-context.ts';
import type { CloseRunInput } from './signatures.ts';
import { statusEvent } from './status-event.ts';

/** Closes a run that did not complete; of one that was cancelled it says by whom, and why. */
export async function closeFailedRun({ catalog }: ControlContext, input: CloseRunInput): Promise<void> {
  const { runId, outcome, failureClass, hostLosses, event, quietAtMs } = input;
  const isCancelled = outcome === 'cancelled';
  const note = isCancelled ? describeCancellation(await findCancellation(catalog, runId), input.note) : input.note;
  const statuses = event ? [statusEvent(input, { ...event, note: isCancelled ? note : event.note })] : [];
  await closeRun(catalog, { runId, outcome, failureClass, note, hostLosses, quietAtMs }, statuses);
}
