import { projectSlugOf } from '../shared/domain/slug.ts';
import { CrunchError } from '../shared/errors/crunch-error.ts';
import { readAttribute, type AttributeRecord } from './attributes.ts';
import { recordAudit } from './audit.ts';
import type { Prisma } from './generated/client.ts';
import { findItemId, insertItem, makeSlug, missing, type ItemKind } from './item-rows.ts';
import type { Catalog, CatalogQueries } from './open-catalog.ts';
import { cutPage, decodeCursor, type Page, type PageRequest } from './page.ts';

/** Anything in the catalog tree. */
export interface ItemRecord {
  id: number;
  slug: string;
  name: string;
  kind: ItemKind;
  /** The slug of the item above, null for a project. */
  parent: string | null;
  description: string;
  details: string;
  attributes: AttributeRecord[];
}

export interface NewItemInput {
  /** Slug of any item. */
  parent: string;
  name: string;
  description: string;
  details: string;
}

/** What `ItemRecord` is made of. */
const ITEM_PARTS = {
  parent: { select: { slug: true } },
  attributes: { orderBy: { id: 'asc' } },
} satisfies Prisma.ItemInclude;

type ItemRow = Prisma.ItemGetPayload<{ include: typeof ITEM_PARTS }>;

export interface ItemQuery extends PageRequest {
  /** A slug; the projects are listed when absent. */
  parent?: string;
  /** The slugs of the only projects that exist for the caller; all when absent. */
  onlyProjects?: string[];
}

/** The items directly below another, or the projects, oldest first. Throws `not-found` for the parent. */
export async function listItems(
  catalog: Catalog,
  { parent, onlyProjects, cursor, limit }: ItemQuery,
): Promise<Page<ItemRecord>> {
  const [after] = decodeCursor(cursor, [0]) ?? [0];
  if (parent !== undefined && onlyProjects && !onlyProjects.includes(projectSlugOf(parent))) throw missing(parent);
  const parentId = parent === undefined ? null : await findItemId(catalog.prisma, parent);
  const visible = parent === undefined && onlyProjects ? { slug: { in: onlyProjects } } : {};
  const rows = await catalog.prisma.item.findMany({
    where: { parentId, id: { gt: after }, ...visible },
    orderBy: { id: 'asc' },
    take: limit + 1,
    include: ITEM_PARTS,
  });
  return cutPage(rows.map(readItem), limit, ({ id }) => [id]);
}

/** Throws `not-found` for the parent, `conflict` when it has a child of that slug. */
export async function createItem(
  catalog: Catalog,
  { parent, name, description, details }: NewItemInput,
): Promise<ItemRecord> {
  const parentId = await findItemId(catalog.prisma, parent);
  const slug = makeSlug(name, parent);
  await insertItem(catalog.prisma, { kind: 'item', parentId, slug, name, description, details });
  return getItem(catalog, slug);
}

/** Throws `not-found`. */
export async function getItem(catalog: Catalog, slug: string): Promise<ItemRecord> {
  const row = await catalog.prisma.item.findUnique({ where: { slug }, include: ITEM_PARTS });
  if (!row) throw missing(slug);
  return readItem(row);
}

/** Removes an item with all below it. Throws `not-found`, and `conflict` for a project or a dataset. */
export async function deleteItem(catalog: Catalog, slug: string, actor: string): Promise<void> {
  await catalog.transact(async (queries) => {
    const item = await queries.item.findUnique({ where: { slug }, select: { id: true, kind: true } });
    if (!item) throw missing(slug);
    if (item.kind !== 'item') {
      throw new CrunchError('conflict', `${slug} is a ${item.kind}; delete it as one.`);
    }
    await queries.item.delete({ where: { id: item.id } });
    await recordAudit(queries, { actor, action: 'item.delete', subject: slug, detail: {} });
  });
}

/** The items below one at any depth, oldest first, at most `limit`. */
export async function listDescendants(queries: CatalogQueries, itemId: number, limit: number): Promise<ItemRecord[]> {
  const below = await queries.$queryRaw<{ id: number }[]>`
    WITH RECURSIVE below AS (
      SELECT id FROM item WHERE parent_id = ${itemId}
      UNION ALL
      SELECT item.id FROM item JOIN below ON item.parent_id = below.id
    )
    SELECT id FROM below ORDER BY id LIMIT ${limit}`;
  const rows = await queries.item.findMany({
    where: { id: { in: below.map(({ id }) => id) } },
    orderBy: { id: 'asc' },
    include: ITEM_PARTS,
  });
  return rows.map(readItem);
}

function readItem(row: ItemRow): ItemRecord {
  const { id, slug, name, description, details } = row;
  return {
    ...{ id, slug, name, description, details },
    kind: row.kind as ItemKind,
    parent: row.parent?.slug ?? null,
    attributes: row.attributes.map(readAttribute),
  };
}
