import { CrunchError } from '../shared/errors/crunch-error.ts';
import { hasRight, seesDataset, type Access } from './access.ts';
import { announceItem } from './announce.ts';
import { readAttribute, type AttributeRow, type ItemAttributeRecord } from './attributes.ts';
import { recordAudit, type Actor } from './audit.ts';
import { changedFields } from './changed-fields.ts';
import { Prisma } from './generated/client.ts';
import { findItemId, insertItem, makeSlug, missing, type ItemKind } from './item-rows.ts';
import { lockItem, type ExpectedVersion } from './lock-item.ts';
import type { Catalog, CatalogQueries } from './open-catalog.ts';
import { cutPage, decodeCursor, type Page, type PageRequest } from './page.ts';
import { prepared } from './prepared.ts';
import { keepTrees } from './tree.ts';

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
  version: number;
  attributes: ItemAttributeRecord[];
}

export interface NewItemInput {
  /** Slug of any item. */
  parent: string;
  name: string;
  description: string;
  details: string;
}

export interface ItemChangeInput {
  name?: string;
  description?: string;
  details?: string;
}

export interface ItemQuery extends PageRequest {
  /** A slug; the projects are listed when absent. */
  parent?: string;
  /** Also projects and datasets that are archived. */
  archived?: boolean;
  access: Access;
}

/**
 * The items directly below another, or the projects, oldest first: those that exist for the caller. Whether the parent
 * does is not asked here. Throws `not-found` for the parent.
 */
export async function listItems(
  catalog: Catalog,
  { parent, archived, access, cursor, limit }: ItemQuery,
): Promise<Page<ItemRecord>> {
  const [after] = decodeCursor(cursor, [0]) ?? [0];
  const parentId = parent === undefined ? null : await findItemId(catalog.prisma, parent);
  const below = parentId === null ? Prisma.sql`item.parent_id IS NULL` : Prisma.sql`item.parent_id = ${parentId}`;
  const visible =
    parentId === null
      ? hasRight(access, 'visit', Prisma.sql`item.id`)
      : Prisma.sql`
          NOT EXISTS (SELECT FROM dataset WHERE dataset.item_id = item.id AND NOT ${seesDataset(access)})`;
  const unarchived = archived
    ? Prisma.empty
    : Prisma.sql`
        AND NOT EXISTS (SELECT FROM project WHERE project.item_id = item.id AND project.archived_at IS NOT NULL)
        AND NOT EXISTS (SELECT FROM dataset WHERE dataset.item_id = item.id AND dataset.archived_at IS NOT NULL)`;
  const records = await selectItems(
    catalog.prisma,
    Prisma.sql`WHERE ${below} AND item.id > ${after} AND ${visible} ${unarchived} ORDER BY item.id LIMIT ${limit + 1}`,
  );
  return cutPage(records, limit, ({ id }) => [id]);
}

/** Throws `not-found` for the parent, `conflict` when it has a child of that slug. */
export async function createItem(
  catalog: Catalog,
  { parent, name, description, details }: NewItemInput,
  { name: actor, address }: Actor,
): Promise<ItemRecord> {
  const slug = makeSlug(name, parent);
  await catalog.transact(async (queries) => {
    await keepTrees(queries, parent);
    const parentId = await findItemId(queries, parent);
    await insertItem(queries, { kind: 'item', parentId, slug, name, description, details });
    await recordAudit(queries, { actor, address, action: 'item.create', subject: slug, detail: { after: { name } } });
    await announceItem(queries, slug);
  });
  return getItem(catalog, slug);
}

/**
 * What is absent from `change` stays, and so does the slug. Throws `not-found`, `changed-meanwhile`, and `conflict` for a
 * project or a dataset.
 */
export async function changeItem(
  catalog: Catalog,
  slug: string,
  change: ItemChangeInput,
  { actor: { name: actor, address }, ifVersion }: ExpectedVersion & { actor: Actor },
): Promise<ItemRecord> {
  await catalog.transact(async (queries) => {
    const { id, kind, name, description, details } = await lockItem(queries, slug, { ifVersion });
    if (kind !== 'item') throw new CrunchError('conflict', `${slug} is a ${kind}; change it as one.`);
    const detail = changedFields({ name, description, details }, change);
    if (detail === undefined) return;
    await queries.item.update({ where: { id }, data: change });
    await recordAudit(queries, { actor, address, action: 'item.change', subject: slug, detail });
    await announceItem(queries, slug);
  });
  return getItem(catalog, slug);
}

/** Throws `not-found`. */
export async function getItem(catalog: Catalog, slug: string): Promise<ItemRecord> {
  const [record] = await selectItems(catalog.prisma, Prisma.sql`WHERE item.slug = ${slug}`);
  if (!record) throw missing(slug);
  return record;
}

/** The query for the item of that slug and those below it at any depth, oldest first, at most `limit` of those. */
export function selectTree(slug: string, limit: number): Prisma.Sql {
  return itemsQuery(Prisma.sql`
    WHERE item.id IN (
      WITH RECURSIVE tree AS (
        SELECT id, false AS below FROM item WHERE slug = ${slug}
        UNION ALL
        SELECT child.id, true FROM item AS child JOIN tree ON child.parent_id = tree.id
      )
      SELECT id FROM tree ORDER BY below, id LIMIT ${limit + 1}::int
    )
    ORDER BY item.slug <> ${slug}, item.id`);
}

export async function selectItems(queries: CatalogQueries, which: Prisma.Sql): Promise<ItemRecord[]> {
  const rows = await queries.$queryRaw<ItemRow[]>(prepared`${itemsQuery(which)}`);
  return rows.map(readItem);
}

/** An item's row, as PostgreSQL gives it by itself or as JSON. */
export type ItemRow = Omit<ItemRecord, 'attributes'> & { attributes: AttributeRow[] };

export function readItem(row: ItemRow): ItemRecord {
  return { ...row, attributes: row.attributes.map(readAttribute) };
}

/** One query for items and their attributes. */
function itemsQuery(which: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`
    SELECT
      item.id, item.slug, item.name, item.kind, parent.slug AS parent, item.description, item.details,
      item.version,
      coalesce(
        (SELECT json_agg(attribute ORDER BY attribute.id) FROM attribute WHERE attribute.item_id = item.id), '[]'
      ) AS attributes
    FROM item
    LEFT JOIN item AS parent ON parent.id = item.parent_id
    ${which}`;
}
