import type { CrunchClient } from '../../client/index.ts';

/** A project that is misspelt has no datasets, which would look as if there were nothing. Throws `not-found` for one. */
export async function assertProjectsExist(client: CrunchClient, slugs: readonly string[]): Promise<void> {
  for (const slug of slugs) await client.getProject({ params: { slug } });
}
