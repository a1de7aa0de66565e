import { crunch } from '../../connection/crunch.ts';

/** Queues a draft. Throws with the reason when it can't be. */
export async function queueDataset(slug: string): Promise<void> {
  const { refused } = await crunch.queueDatasets({ body: { datasets: [slug] } });
  if (refused[0]) throw new Error(refused[0].reason);
}
