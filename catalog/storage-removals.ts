import { messageOf } from '../shared/errors/crunch-error.ts';
import { findUse, lockPaths } from './base-paths.ts';
import { REMOVAL_CHANNEL } from './notifications.ts';
import type { Catalog, CatalogQueries } from './open-catalog.ts';
import { isInTree } from './tree.ts';

/** What a step removed of a folder, beginning behind the files that were to be skipped. */
export interface RemovalProgress {
  removed: number;
  /** How many could not be removed; they are still there. */
  failed: number;
  /** Whether it came to the end of the folder. */
  isAtEnd: boolean;
  /** The first failure. */
  error?: unknown;
}

/** How a step of the work on removals ended. */
export type RemovalStep =
  | { outcome: 'idle' }
  /** Nothing is left below the prefix. */
  | { outcome: 'whole'; prefix: string }
  /** It is gone on with. `error` is the first failure, if there was one. */
  | { outcome: 'part'; prefix: string; failed: number; error?: unknown };

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
 * Has removed what came too late into the folder of a dataset that was deleted, without taking it from whoever has that
 * place by now: false then, and nothing is removed.
 */
export async function requestLateRemoval(catalog: Catalog, basePath: string, actor: string): Promise<boolean> {
  for (;;) {
    const use = await catalog.transact(async (queries) => {
      await lockPaths(queries, { freely: true });
      const found = await findUse(queries, basePath);
      if (found !== undefined) return found;
      await queries.storageRemoval.create({ data: { prefix: basePath, requestedBy: actor } });
      await queries.$executeRaw`SELECT pg_notify(${REMOVAL_CHANNEL}, '')`;
      return undefined;
    });
    if (use === undefined) return true;
    if (use.slug !== null || use.kept) return false;
    // A step that is under way may have passed by what came. If it is not the last one, the next lists all anew.
    const held = await catalog.prisma.$queryRaw<unknown[]>`
      SELECT 1 AS one FROM storage_removal WHERE prefix = ${use.path} FOR UPDATE`;
    if (held.length > 0) return true;
  }
}

/**
 * Takes the removal that is due for longest and lets `remove` work on it, which leaves out so many files from the first
 * that is listed. The removal stays until its folder was gone through from the first file and none is left; until then no
 * dataset gets its place. What can't be removed is passed over until the end of the folder, from where, after a pause that
 * grows, all begins again. Others take other removals meanwhile. `remove` must end within half a minute or so, whatever
 * happens.
 */
export async function workOnRemoval(
  catalog: Catalog,
  remove: (prefix: string, skip: number) => Promise<RemovalProgress>,
): Promise<RemovalStep> {
  return catalog.transact(async (queries) => {
    const [removal] = await queries.$queryRaw<DueRemoval[]>`
      SELECT id, prefix, failures, left_behind AS "leftBehind" FROM storage_removal WHERE due_at <= now()
      ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED`;
    if (removal === undefined) return { outcome: 'idle' };
    const { id, prefix, leftBehind } = removal;
    const progress = await remove(prefix, leftBehind).catch((error: unknown): RemovalProgress => ({
      removed: 0,
      failed: 0,
      isAtEnd: true,
      error,
    }));
    const { failed, isAtEnd, error } = progress;
    if (isAtEnd && leftBehind === 0 && error === undefined) {
      await queries.storageRemoval.delete({ where: { id } });
      return { outcome: 'whole', prefix };
    }
    await postpone(queries, removal, progress);
    return { outcome: 'part', prefix, failed, error };
  });
}

interface DueRemoval {
  id: number;
  prefix: string;
  failures: number;
  leftBehind: number;
}

async function postpone(
  queries: CatalogQueries,
  { id, failures: failedBefore, leftBehind }: DueRemoval,
  { removed, failed, isAtEnd, error }: RemovalProgress,
): Promise<void> {
  const failures = (removed > 0 ? 0 : failedBefore) + (isAtEnd ? 1 : 0);
  const longPause = Math.min(LONGEST_PAUSE_SECONDS, SHORTEST_PAUSE_SECONDS * 2 ** Math.min(failures - 1, 20));
  // What removes nothing must not go on at full speed, though what comes behind may be another matter.
  const shortPause = removed > 0 ? 0 : SHORTEST_PAUSE_SECONDS;
  await queries.$executeRaw`
    UPDATE storage_removal SET
      failures = ${failures}::int, left_behind = ${isAtEnd ? 0 : leftBehind + failed}::int,
      last_error = coalesce(${error === undefined ? null : messageOf(error)}, last_error),
      due_at = clock_timestamp() + ${isAtEnd ? longPause : shortPause}::int * interval '1 second'
    WHERE id = ${id}`;
}
