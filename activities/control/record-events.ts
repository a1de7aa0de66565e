import { markRunClaimed, markRunWaiting } from '../../catalog/run-events.ts';
import type { ControlContext } from './control-context.ts';
import type { RecordEventsInput } from './signatures.ts';
import { statusEvent } from './status-event.ts';

/** Writes statuses and where the run stands, in one round trip. */
export async function recordEvents({ catalog }: ControlContext, input: RecordEventsInput): Promise<void> {
  const { runId, standing } = input;
  const statuses = input.events.map((event) => statusEvent(input, event));
  if (standing.state === 'running') {
    const { stage, host, boot, leaseNumber } = standing;
    await markRunClaimed(catalog, { runId, stage, host, boot, leaseNumber }, statuses);
  } else {
    const { reason, hostLosses } = standing;
    await markRunWaiting(catalog, { runId, reason, hostLosses }, statuses);
  }
}
