import { projectSlugOf } from '../shared/domain/slug.ts';
import { CrunchError } from '../shared/errors/crunch-error.ts';
import type { Catalog, CatalogQueries } from './open-catalog.ts';

/**
 * Where a new dataset's files lie: as its maker wants, else at the default place, or beside it where that is taken, as it
 * is once something was moved or its files are still being removed. Throws `conflict` for a wanted one that is taken.
 */
export async function chooseBasePath(
  queries: CatalogQueries,
  { project, wanted, byDefault }: { project: string; wanted: string | undefined; byDefault: string },
): Promise<string> {
  await lockPaths(queries, { freely: wanted !== undefined });
  if (wanted !== undefined) {
    const hindrance = await findHindrance(queries, project, wanted);
    if (hindrance !== undefined) throw new CrunchError('conflict', hindrance);
    return wanted;
  }
  for (let number = 2, path = byDefault; ; number += 1) {
    if ((await findHindrance(queries, project, path)) === undefined) return path;
    path = `${byDefault}-${number}`;
  }
}

/**
 * Keeps others from taking places that could lie within the transaction's, or around them, until it ends: those at which
 * files lie by default never do so to each other, those that are chosen `freely` may to any.
 */
export async function lockPaths(queries: CatalogQueries, { freely }: { freely: boolean }): Promise<void> {
  if (freely) await queries.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('crunch.base-paths'))`;
  else await queries.$executeRaw`SELECT pg_advisory_xact_lock_shared(hashtext('crunch.base-paths'))`;
}

/** A dataset as it may be named to who may see the project: there may be others that don't exist for them. */
export function nameWithin(project: string, slug: string): string {
  return projectSlugOf(slug) === project ? slug : 'another project';
}

/** Whether no dataset has its files there. */
export async function isFreePath({ prisma }: Catalog, basePath: string): Promise<boolean> {
  return (await prisma.dataset.count({ where: { basePath } })) === 0;
}

/**
 * Why a dataset of that project can't have that place, as a sentence, which names no other project. No dataset's folder lies within another's: they would overwrite
 * each other's results, and whoever may reach one reaches all that is below it.
 */
async function findHindrance(queries: CatalogQueries, project: string, basePath: string): Promise<string | undefined> {
  const parts = basePath.split('/');
  const folders = parts.map((_, index) => parts.slice(0, index + 1).join('/'));
  // One statement sees a dataset or, once that is deleted, the removal of its files. `0` comes right after `/`: what
  // lies between is below the folder.
  const [taken] = await queries.$queryRaw<{ slug: string | null; path: string }[]>`
    SELECT slug, path FROM (
      SELECT item.slug, dataset.base_path AS path FROM dataset JOIN item ON item.id = dataset.item_id
      UNION ALL
      SELECT NULL, prefix FROM storage_removal
    ) AS place
    WHERE path = ANY (${folders})
      OR (path > ${`${basePath}/`} AND path < ${`${basePath}0`})
    LIMIT 1`;
  if (taken === undefined) return undefined;
  return taken.slug === null
    ? `The files in ${taken.path} are still being removed; give another base path, or try again soon.`
    : `${taken.path} holds the files of ${nameWithin(project, taken.slug)}; give another base path.`;
}
