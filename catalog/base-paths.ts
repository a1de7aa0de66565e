import { projectSlugOf } from '../shared/domain/slug.ts';
import { CrunchError } from '../shared/errors/crunch-error.ts';
import { Prisma } from './generated/client.ts';
import type { CatalogQueries } from './open-catalog.ts';
import { prepared } from './prepared.ts';

interface PlaceWish {
  /** The dataset's project. */
  project: string;
  wanted: string | undefined;
  byDefault: string;
  /** Whether files that were kept at the wanted place, whosever they were, may be the dataset's. */
  reclaims: boolean;
}

/**
 * Where a new dataset's files lie: as its maker wants, else at the default place, or beside it where that is taken, as it
 * is once something was moved, or its files were kept or are still being removed. Throws `conflict` for a wanted one that
 * is taken, and where the default place is within one that is.
 */
export async function chooseBasePath(
  queries: CatalogQueries,
  { project, wanted, byDefault, reclaims }: PlaceWish,
): Promise<string> {
  await lockPaths(queries, { freely: wanted !== undefined });
  if (wanted !== undefined) {
    if (reclaims) await queries.keptFolder.deleteMany({ where: { path: wanted } });
    const taken = await findUse(queries, wanted);
    if (taken !== undefined) throw isTaken(taken, project);
    return wanted;
  }
  for (let number = 2, path = byDefault; ; number += 1) {
    const taken = await findUse(queries, path);
    if (taken === undefined) return path;
    // What is within another's folder is so with a number behind it, too.
    if (path.startsWith(`${taken.path}/`)) throw isTaken(taken, project);
    path = `${byDefault}-${number}`;
  }
}

/**
 * Keeps others from taking places that could lie within the transaction's, or around them, until it ends: those at which
 * files lie by default never do so to each other, those that are chosen `freely` may to any.
 */
export async function lockPaths(queries: CatalogQueries, { freely }: { freely: boolean }): Promise<void> {
  if (freely) await queries.$executeRaw(prepared`SELECT pg_advisory_xact_lock(hashtext('crunch.base-paths'))`);
  else await queries.$executeRaw(prepared`SELECT pg_advisory_xact_lock_shared(hashtext('crunch.base-paths'))`);
}

/**
 * What keeps a dataset from having that place. No dataset's folder lies within another's: they would overwrite each other's
 * results, and whoever may reach one reaches all that is below it.
 */
export async function findUse(queries: CatalogQueries, basePath: string): Promise<UsedPlace | undefined> {
  // `0` comes right after `/`: what lies between is below the folder. Two queries, the second in order: so that PostgreSQL
  // looks each up, whatever it thinks of how many there are.
  const [taken] = await queries.$queryRaw<UsedPlace[]>(prepared`
    WITH place AS NOT MATERIALIZED (${USED_PLACES})
    (SELECT slug, path, kept FROM place WHERE path = ANY (${foldersTo(basePath)}) LIMIT 1)
    UNION ALL
    (
      SELECT slug, path, kept FROM place WHERE path > ${`${basePath}/`} AND path < ${`${basePath}0`}
      ORDER BY path LIMIT 1
    )`);
  return taken;
}

/** A path with all folders above it: `a`, `a/b`, `a/b/c`. */
export function foldersTo(path: string): string[] {
  const parts = path.split('/');
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

function isTaken(taken: UsedPlace, project: string): CrunchError {
  return new CrunchError('conflict', `${explainUse(taken, project)}; give another base path.`);
}

/** A folder of the storage that is in use: by a dataset, else for files that are kept, else for such as are being removed. */
export interface UsedPlace {
  path: string;
  slug: string | null;
  kept: boolean;
}

/** The query for all of them. One statement sees a dataset or, once that is deleted, what came of its files. */
export const USED_PLACES = Prisma.sql`
  SELECT (SELECT slug FROM item WHERE id = dataset.item_id) AS slug, base_path AS path, false AS kept FROM dataset
  UNION ALL
  SELECT NULL, prefix, false FROM storage_removal
  UNION ALL
  SELECT NULL, path, true FROM kept_folder`;

/** What a place is used for, to who may see the project: there may be others that don't exist for them. */
export function explainUse({ path, slug, kept }: UsedPlace, project: string): string {
  if (kept)
    return `${path} holds files that were kept when their dataset was deleted, which an admin may give to another`;
  if (slug === null) return `the files in ${path} are still being removed`;
  return `${path} holds the files of ${projectSlugOf(slug) === project ? slug : 'another project'}`;
}
