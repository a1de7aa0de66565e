import type { Catalog } from '../../catalog/open-catalog.ts';

/** Resolves once somebody waits for an advisory lock of the catalog's database. */
export async function someoneWaitsForALock({ prisma }: Catalog): Promise<void> {
  let waiting: unknown[] = [];
  while (waiting.length === 0) {
    waiting = await prisma.$queryRaw`SELECT 1 AS one FROM pg_locks WHERE NOT granted AND locktype = 'advisory'`;
  }
}
