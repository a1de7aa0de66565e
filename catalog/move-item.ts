import { childSlug, ownSlug, projectSlugOf } from '../shared/domain/slug.ts';
import { CrunchError } from '../shared/errors/crunch-error.ts';
import { announceAccess, announceAdmission, announceItem } from './announce.ts';
import { recordAudit, type Actor } from './audit.ts';
import { changedFields } from './changed-fields.ts';
import { makeSlug, missing, type ItemKind } from './item-rows.ts';
import { getItem, type ItemRecord } from './items.ts';
import { lockItem, type ExpectedVersion, type LockedItem } from './lock-item.ts';
import { forgetPlace, rememberPlace } from './moved-slugs.ts';
import type { Catalog, CatalogQueries } from './open-catalog.ts';
import { isInTree, RESHAPING_TIME, reshapeTrees } from './tree.ts';

/** Where something goes; what is absent stays. */
export interface NewPlaceInput {
  /** The slug of the item above. */
  parent?: string;
  /** The slug follows it. */
  name?: string;
}

interface Parent {
  id: number;
  kind: ItemKind;
  isArchived: boolean;
}

/**
 * Puts an item below another one, or gives it another name, with all that is below it: their slugs follow. Files stay
 * where they are. The old slugs lead to the new ones until something else takes them.
 *
 * Throws `not-found` for both, `changed-meanwhile`, `invalid-input` for a name that makes no slug, and `conflict` for a
 * taken slug, a place where it can't be, and while a dataset that would move has an open run.
 */
export async function moveItem(
  catalog: Catalog,
  slug: string,
  { parent, name }: NewPlaceInput,
  { actor: { name: actor, address }, ifVersion }: ExpectedVersion & { actor: Actor },
): Promise<ItemRecord> {
  const above = parent ?? parentSlugOf(slug);
  const next =
    name === undefined && above !== undefined ? childSlug(above, ownSlug(slug)) : makeSlug(name ?? slug, above);
  const work = async (queries: CatalogQueries) => {
    await reshapeTrees(queries, slug, next);
    const item = await lockItem(queries, slug, { ifVersion });
    const parentRow = above === undefined ? undefined : await findParent(queries, above);
    if (above !== parentSlugOf(slug)) assertMayLieIn(item, above ?? '', parentRow);
    const before = { slug, name: item.name, parent: parentSlugOf(slug) ?? null };
    const detail = changedFields(before, { slug: next, name, parent: above });
    if (detail === undefined) return;
    // Before it moves: afterwards the old slug would name no project.
    await recordAudit(queries, { actor, address, action: `${item.kind}.move`, subject: slug, detail });
    if (next !== slug) await changeSlugs(queries, item, next, parentRow?.id ?? null);
    await queries.item.update({ where: { id: item.id }, data: { name, parentId: parentRow?.id } });
    if (item.kind === 'dataset' && parentRow !== undefined) {
      await queries.dataset.update({ where: { itemId: item.id }, data: { projectId: parentRow.id } });
    }
    await announceItem(queries, slug);
    await announceItem(queries, next);
    // In another project a queued dataset may find a host.
    await announceAdmission(queries);
  };
  await catalog.transact(work, RESHAPING_TIME);
  return getItem(catalog, next);
}

function parentSlugOf(slug: string): string | undefined {
  const end = slug.lastIndexOf(':');
  return end === -1 ? undefined : slug.slice(0, end);
}

async function findParent(queries: CatalogQueries, slug: string): Promise<Parent> {
  const [parent] = await queries.$queryRaw<Parent[]>`
    SELECT item.id, item.kind, project.archived_at IS NOT NULL AS "isArchived"
    FROM item LEFT JOIN project ON project.item_id = item.id
    WHERE item.slug = ${slug} FOR KEY SHARE OF item`;
  if (!parent) throw missing(slug);
  return parent;
}

function assertMayLieIn({ kind, slug }: LockedItem, above: string, parent: Parent | undefined): void {
  if (kind === 'project') throw cannot(slug, 'a project lies below nothing');
  if (kind === 'dataset' && parent?.kind !== 'project') throw cannot(slug, 'a dataset lies directly below a project');
  if (kind === 'dataset' && parent?.isArchived) throw cannot(slug, `${above} is archived`);
  if (kind === 'item' && projectSlugOf(above) !== projectSlugOf(slug)) throw cannot(slug, 'it stays in its project');
  if (above === slug || above.startsWith(`${slug}:`)) throw cannot(slug, 'that is below itself');
}

function cannot(slug: string, reason: string): CrunchError {
  return new CrunchError('conflict', `${slug} can’t be moved there: ${reason}.`);
}

async function changeSlugs(
  queries: CatalogQueries,
  { id, kind, slug, parentId }: LockedItem,
  next: string,
  nextParentId: number | null,
): Promise<void> {
  await requireNoOpenRun(queries, slug);
  if ((await queries.item.count({ where: { slug: next } })) > 0) {
    throw new CrunchError('conflict', `${next} exists already; choose another name.`);
  }
  await forgetPlace(queries, { parentId: nextParentId, part: ownSlug(next) });
  await queries.$executeRaw`
    UPDATE item SET slug = ${next} || substr(slug, ${slug.length + 1}::int), updated_at = now() WHERE ${isInTree(slug)}`;
  await rememberPlace(queries, { parentId, part: ownSlug(slug) }, id);
  if (kind !== 'project') return;
  await queries.$executeRaw`
    UPDATE token SET projects = array_replace(projects, ${slug}, ${next}) WHERE ${slug} = ANY (projects)`;
  await announceAccess(queries);
}

/** A host that has a dataset in hand knows it by its slug. */
async function requireNoOpenRun(queries: CatalogQueries, slug: string): Promise<void> {
  const [open] = await queries.$queryRaw<{ count: number }[]>`
    WITH locked AS (
      SELECT dataset.open_run_id FROM dataset JOIN item ON item.id = dataset.item_id
      WHERE ${isInTree(slug)} FOR UPDATE OF dataset
    )
    SELECT count(*)::int FROM locked WHERE open_run_id IS NOT NULL`;
  if (!open || open.count === 0) return;
  const what = open.count === 1 ? 'a dataset has' : `${open.count} datasets have`;
  throw new CrunchError(
    'conflict',
    `${slug} can’t be moved while ${what} an open run: wait for its end, or cancel it.`,
  );
}
