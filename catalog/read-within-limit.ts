import type { Catalog, CatalogQueries } from './open-catalog.ts';

/**
 * Reads what may take long: each query has the catalog's time limit for lists, past which it throws `too-slow`.
 * Compiling a query to machine code, and starting processes for parts of it, take longer than a page does.
 */
export async function readWithinLimit<T>(catalog: Catalog, read: (queries: CatalogQueries) => Promise<T>): Promise<T> {
  const limit = `${catalog.listTimeLimitMs}`;
  return catalog.transact(async (queries) => {
    await queries.$executeRaw`
      SELECT
        set_config('statement_timeout', ${limit}, true), set_config('jit', 'off', true),
        set_config('max_parallel_workers_per_gather', '0', true)`;
    return read(queries);
  });
}
