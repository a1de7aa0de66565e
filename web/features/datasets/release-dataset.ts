import { crunch } from '../../connection/crunch.ts';

/** Lets go of a held draft: a host that starts for its project takes it. */
export async function releaseDataset(slug: string): Promise<void> {
  await crunch.changeDataset({ params: { slug }, body: { held: false } });
}
