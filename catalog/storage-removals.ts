import { messageOf } from '../shared/errors/crunch-error.ts';
import { REMOVAL_CHANNEL } from './notifications.ts';
import type { Catalog, CatalogQueries } from './open-catalog.ts';
import { isInTree } from './tree.ts';

/** How a step of the work on removals ended. */
export type RemovalStep =
  | { outcome: 'idle' }
  /** `isWhole` when nothing is left below the prefix. */
  | { outcome: 'removed'; prefix: string; isWhole: boolean }
  | { outcome: 'failed'; prefix: string; error: unknown };

const SHORTEST_PAUSE_SECONDS = 5;
const LONGEST_PAUSE_SECONDS = 3600;

/** Has the files of all datasets in a tree removed, once the transaction ends well. */
export async function requestRemovals(queries: CatalogQueries, slug: string, actor: string): Promise<void> {
  await queries.$executeRaw`
    INSERT INTO storage_removal (prefix, requested_by)
    SELECT dataset.base_path, ${actor} FROM dataset JOIN item ON item.id = dataset.item_id WHERE ${isInTree(slug)}`;
  await queries.$executeRaw`SELECT pg_notify(${REMOVAL_CHANNEL}, '')`;
}

/** Keeps the places of all datasets in a tree from others, whose files stay though the datasets go. */
export async function keepFolders(queries: CatalogQueries, slug: string, actor: string): Promise<void> {
  await queries.$executeRaw`
    INSERT INTO kept_folder (path, kept_by)
    SELECT dataset.base_path, ${actor} FROM dataset JOIN item ON item.id = dataset.item_id WHERE ${isInTree(slug)}`;
}

/**
 * Takes the removal that is due for longest and lets `remove` work on it, which says whether nothing is left. Until then
 * the removal stays, and no dataset gets its place; one that fails is tried again after a pause that grows. Others take
 * other removals meanwhile. `remove` must end within half a minute, whatever happens.
 */
export async function workOnRemoval(
  catalog: Catalog,
  remove: (prefix: string) => Promise<boolean>,
): Promise<RemovalStep> {
  return catalog.transact(async (queries) => {
    const [removal] = await queries.$queryRaw<{ id: number; prefix: string }[]>`
      SELECT id, prefix FROM storage_removal WHERE due_at <= now()
      ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED`;
    if (removal === undefined) return { outcome: 'idle' };
    const { id, prefix } = removal;
    try {
      const isWhole = await remove(prefix);
      if (isWhole) await queries.storageRemoval.delete({ where: { id } });
      return { outcome: 'removed', prefix, isWhole };
    } catch (error) {
      await queries.$executeRaw`
        UPDATE storage_removal SET
          failures = failures + 1, last_error = ${messageOf(error)},
          due_at = now() + least(
            ${LONGEST_PAUSE_SECONDS}::int, ${SHORTEST_PAUSE_SECONDS}::int * power(2, least(failures, 20))
          ) * interval '1 second'
        WHERE id = ${id}`;
      return { outcome: 'failed', prefix, error };
    }
  });
}
