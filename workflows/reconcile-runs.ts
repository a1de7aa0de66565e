import { proxyLocalActivities } from '@temporalio/workflow';
import type { ControlActivities } from '../activities/control/signatures.ts';

// What fails is done by the next one, which a schedule starts soon.
const control = proxyLocalActivities<Pick<ControlActivities, 'reconcileRuns'>>({
  startToCloseTimeout: '5 minutes',
  retry: { maximumAttempts: 1 },
});

/** Repairs runs on which catalog and Temporal disagree; started by a schedule. */
export async function reconcileRuns(): Promise<{ repaired: number }> {
  return control.reconcileRuns();
}
