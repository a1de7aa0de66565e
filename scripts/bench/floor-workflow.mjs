import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow';

const STAGES = 3;

/**
 * As many activities as a dataset with the built-in stages has, of the same kinds: a lease, and for each stage one on a
 * host and the local one that records it; the last local one closes the run.
 */
export async function floor() {
  const host = proxyActivities({ taskQueue: 'floor.hosts', startToCloseTimeout: '1 minute' });
  const control = proxyLocalActivities({ startToCloseTimeout: '1 minute' });
  await host.nothing();
  for (let stage = 0; stage < STAGES; stage += 1) await Promise.all([control.nothing(), host.nothing()]);
  await control.nothing();
}
