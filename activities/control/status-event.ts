import type { StatusEvent } from '../../catalog/run-events.ts';
import type { RunRef, StageEvent } from './signatures.ts';

/** A stage's event as the catalog takes it. */
export function statusEvent({ datasetId, runId }: RunRef, event: StageEvent): StatusEvent {
  return { datasetId, runId, ...event };
}
