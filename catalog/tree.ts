import { projectSlugOf } from '../shared/domain/slug.ts';
import { Prisma } from './generated/client.ts';
import type { CatalogQueries, TransactionTime } from './open-catalog.ts';
import { prepared } from './prepared.ts';

/** Which part of a tree is asked for. */
export interface TreePart {
  /** Also datasets which are drafts, with what is below them: the public doesn't see those. */
  withDrafts: boolean;
}

/** A condition on the table `item`: it is the one of that slug, or below it at any depth. */
export function isInTree(slug: string, { withDrafts }: TreePart = { withDrafts: true }): Prisma.Sql {
  // `;` comes right after `:`: what lies between is below.
  const isInside = Prisma.sql`(item.slug = ${slug} OR (item.slug > ${`${slug}:`} AND item.slug < ${`${slug};`}))`;
  return withDrafts ? isInside : Prisma.sql`(${isInside} AND NOT ${IS_OF_DRAFT})`;
}

/** A dataset's own slug is the first two parts of what lies below it. */
const IS_OF_DRAFT = Prisma.sql`
  EXISTS (
    SELECT FROM item AS dataset_item JOIN dataset ON dataset.item_id = dataset_item.id
    WHERE dataset_item.slug = split_part(item.slug, ':', 1) || ':' || split_part(item.slug, ':', 2)
      AND dataset.state = 'draft'
  )`;

/** For transactions that reshape trees: statements on a hundred thousand datasets take their time. */
export const RESHAPING_TIME: TransactionTime = { timeoutMs: 10 * 60_000 };

/**
 * Whoever waits holds a connection, and who waits to reshape a tree has all others wait who come to add to it. PostgreSQL
 * takes the setting for the rest of the transaction, from this statement's lock on.
 */
const PATIENCE = Prisma.sql`set_config('lock_timeout', '10s', true)`;

/**
 * Keeps the slugs of the projects' trees as they are until the transaction ends, for who adds to them. Comes before all
 * that is read of them. Throws `conflict` where that is not to be had within seconds.
 */
export async function keepTrees(queries: CatalogQueries, ...slugs: string[]): Promise<void> {
  for (const project of projectsOf(slugs)) {
    await queries.$executeRaw(prepared`
      SELECT ${PATIENCE}, pg_advisory_xact_lock_shared(hashtext('crunch.tree'), hashtext(${project}))`);
  }
}

/**
 * Keeps everybody else from adding to the projects' trees, and from moving in them, until the transaction ends. Throws
 * `conflict` where that is not to be had within seconds.
 */
export async function reshapeTrees(queries: CatalogQueries, ...slugs: string[]): Promise<void> {
  for (const project of projectsOf(slugs)) {
    await queries.$executeRaw(prepared`
      SELECT ${PATIENCE}, pg_advisory_xact_lock(hashtext('crunch.tree'), hashtext(${project}))`);
  }
}

/** In one order, so that two who lock the same projects don't wait for each other for ever. */
function projectsOf(slugs: string[]): string[] {
  return [...new Set(slugs.map(projectSlugOf))].toSorted();
}
