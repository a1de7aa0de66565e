import { CrunchError } from '../shared/errors/crunch-error.ts';
import { announceAccess, announceItem } from './announce.ts';
import { recordAudit, type Actor } from './audit.ts';
import type { ItemKind } from './item-rows.ts';
import { countTree, getItemTotals, type ItemTotals } from './item-totals.ts';
import { lockItem, type ExpectedVersion } from './lock-item.ts';
import type { Catalog, CatalogQueries } from './open-catalog.ts';
import { keepFolders, requestRemovals } from './storage-removals.ts';
import { isInTree, RESHAPING_TIME, reshapeTrees } from './tree.ts';

/** What a deletion would take along. */
export interface DeletionPlan extends ItemTotals {
  /** Why it would be refused now, as a sentence. */
  hindrance: string | null;
  /** Where its files lie in storage. */
  basePaths: string[];
}

export interface Deletion extends ExpectedVersion {
  actor: Actor;
  /** Leave the files in storage. */
  keepFiles: boolean;
}

/** What would go, without a change. Throws `not-found`. */
export async function planDeletion(catalog: Catalog, slug: string): Promise<DeletionPlan> {
  const totals = await getItemTotals(catalog, slug);
  const busy = await countBusy(catalog.prisma, slug);
  const rows = await catalog.prisma.$queryRaw<{ basePath: string }[]>`
    SELECT dataset.base_path AS "basePath" FROM dataset JOIN item ON item.id = dataset.item_id
    WHERE ${isInTree(slug)} ORDER BY item.slug`;
  const hindrance = busy > 0 ? explainBusy(slug, busy) : null;
  return { ...totals, hindrance, basePaths: rows.map(({ basePath }) => basePath) };
}

/**
 * Removes an item of that kind with all below it. Files are queued for removal in the same transaction, so that neither
 * goes without the other. Throws `not-found`, `changed-meanwhile`, and `conflict` for another kind, and while a dataset
 * is queued or running.
 */
export async function deleteTree(catalog: Catalog, slug: string, kind: ItemKind, deletion: Deletion): Promise<void> {
  const { actor, keepFiles, ifVersion } = deletion;
  const work = async (queries: CatalogQueries) => {
    await reshapeTrees(queries, slug);
    const item = await lockItem(queries, slug, { kind: kind === 'item' ? undefined : kind, ifVersion });
    if (item.kind !== kind) throw new CrunchError('conflict', `${slug} is a ${item.kind}; delete it as one.`);
    await lockDatasets(queries, slug);
    const busy = await countBusy(queries, slug);
    if (busy > 0) throw new CrunchError('conflict', explainBusy(slug, busy));
    const gone = await countTree(queries, slug);
    await (keepFiles ? keepFolders : requestRemovals)(queries, slug, actor.name);
    if (kind === 'project') {
      await deleteRevisions(queries, item.id);
      await disarmTokens(queries, slug);
    }
    await queries.item.delete({ where: { id: item.id } });
    await queries.$executeRaw`
      DELETE FROM workflow_revision
      WHERE project_id IS NULL AND NOT EXISTS (SELECT FROM run WHERE run.revision_id = workflow_revision.id)`;
    const { name, address } = actor;
    const detail = { before: { name: item.name }, ...gone, keepFiles };
    await recordAudit(queries, { actor: name, address, action: `${kind}.delete`, subject: slug, detail });
    await announceItem(queries, slug);
    if (kind === 'project') await announceAccess(queries);
  };
  await catalog.transact(work, RESHAPING_TIME);
}

/** Whoever makes a project of that slug some day has nothing to do with tokens for this one. */
async function disarmTokens(queries: CatalogQueries, slug: string): Promise<void> {
  // No project's slug has a colon; without any project a token would be for all.
  await queries.$executeRaw`
    UPDATE token SET projects = array_replace(projects, ${slug}, ${`${slug}:deleted`}) WHERE ${slug} = ANY (projects)`;
}

/** Runs of datasets that were moved to other projects keep the revisions that they ran. */
async function deleteRevisions(queries: CatalogQueries, projectId: number): Promise<void> {
  await queries.$executeRaw`
    DELETE FROM workflow_revision
    WHERE project_id = ${projectId} AND NOT EXISTS (
      SELECT FROM run JOIN dataset ON dataset.item_id = run.dataset_id
      WHERE run.revision_id = workflow_revision.id AND dataset.project_id <> ${projectId}
    )`;
}

async function lockDatasets(queries: CatalogQueries, slug: string): Promise<void> {
  await queries.$executeRaw`
    SELECT FROM dataset JOIN item ON item.id = dataset.item_id WHERE ${isInTree(slug)} FOR UPDATE OF dataset`;
}

async function countBusy(queries: CatalogQueries, slug: string): Promise<number> {
  const [busy] = await queries.$queryRaw<{ count: number }[]>`
    SELECT count(*)::int FROM dataset JOIN item ON item.id = dataset.item_id
    WHERE ${isInTree(slug)} AND (dataset.state IN ('queued', 'running') OR dataset.open_run_id IS NOT NULL)`;
  return busy?.count ?? 0;
}

function explainBusy(slug: string, count: number): string {
  const what = count === 1 ? 'a dataset is' : `${count} datasets are`;
  return `${slug} can’t be deleted while ${what} queued or running: cancel first.`;
}
