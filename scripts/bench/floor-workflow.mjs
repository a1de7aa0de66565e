import { proxyActivities } from '@temporalio/workflow';

/** As many activities, one after another, as a dataset with the built-in stages has: a lease and three stages. */
export async function floor() {
  const { nothing } = proxyActivities({ taskQueue: 'floor.hosts', startToCloseTimeout: '1 minute' });
  for (let activity = 0; activity < 4; activity += 1) await nothing();
}
