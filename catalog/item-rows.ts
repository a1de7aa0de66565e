import { childSlug, ownSlug, slugify } from '../shared/domain/slug.ts';
import { CrunchError } from '../shared/errors/crunch-error.ts';
import { isPlace } from './moved-slugs.ts';
import { Prisma } from './generated/client.ts';
import type { CatalogQueries } from './open-catalog.ts';
import { prepared } from './prepared.ts';

export type ItemKind = 'project' | 'dataset' | 'item';

/** Throws `not-found`. */
export async function findItemId(queries: CatalogQueries, slug: string): Promise<number> {
  const item = await queries.item.findUnique({ where: { slug }, select: { id: true } });
  if (!item) throw missing(slug);
  return item.id;
}

/** The slug of a new item. Throws `invalid-input` for a name without any letter or digit that a slug can have. */
export function makeSlug(name: string, parentSlug?: string): string {
  if (slugify(name) === '') {
    throw new CrunchError('invalid-input', `The name “${name}” makes no slug.`, {
      fields: [{ path: 'name', message: 'needs a letter or digit of a-z, 0-9' }],
    });
  }
  return parentSlug === undefined ? slugify(name) : childSlug(parentSlug, name);
}

export interface NewItemRow {
  kind: ItemKind;
  parentId: number | null;
  slug: string;
  name: string;
  description: string;
  details: string;
}

/**
 * Inserts the row that every item has, and returns its id. What had the slug before is not found by it any more. The
 * caller keeps the tree. Throws `conflict` for a taken slug.
 */
export async function insertItem(queries: CatalogQueries, item: NewItemRow): Promise<number> {
  return insertWithItem(queries, item, Prisma.sql`SELECT id FROM new_item`);
}

/**
 * Inserts as `insertItem` does, and what else a statement has which takes the item's row, or none where its slug is taken,
 * from `new_item`, and gives its id.
 */
export async function insertWithItem(
  queries: CatalogQueries,
  { kind, parentId, slug, name, description, details }: NewItemRow,
  statement: Prisma.Sql,
): Promise<number> {
  const [row] = await queries.$queryRaw<{ id: number }[]>(prepared`
    WITH forgotten AS (DELETE FROM old_slug WHERE ${isPlace({ parentId, part: ownSlug(slug) })}),
    new_item AS (
      INSERT INTO item (kind, parent_id, slug, name, description, details)
      VALUES (${kind}, ${parentId}::int, ${slug}, ${name}, ${description}, ${details})
      ON CONFLICT (slug) DO NOTHING
      RETURNING id
    )
    ${statement}`);
  if (!row) throw new CrunchError('conflict', `${slug} exists already; choose another name.`);
  return row.id;
}

/** The error for a slug that nothing has. */
export function missing(slug: string, kind: ItemKind = 'item'): CrunchError {
  return new CrunchError('not-found', `There is no ${kind} ${slug}.`);
}
