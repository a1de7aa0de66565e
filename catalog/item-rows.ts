import { childSlug, ownSlug, slugify } from '../shared/domain/slug.ts';
import { CrunchError } from '../shared/errors/crunch-error.ts';
import { isPlace } from './moved-slugs.ts';
import type { CatalogQueries } from './open-catalog.ts';

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

/**
 * Inserts the row that every item has, and returns its id. What had the slug before is not found by it any more. The
 * caller keeps the tree. Throws `conflict` for a taken slug.
 */
export async function insertItem(
  queries: CatalogQueries,
  item: { kind: ItemKind; parentId: number | null; slug: string; name: string; description: string; details: string },
): Promise<number> {
  const place = { parentId: item.parentId, part: ownSlug(item.slug) };
  const [row] = await queries.$queryRaw<{ id: number }[]>`
    WITH forgotten AS (DELETE FROM old_slug WHERE ${isPlace(place)})
    INSERT INTO item (kind, parent_id, slug, name, description, details)
    VALUES (${item.kind}, ${item.parentId}, ${item.slug}, ${item.name}, ${item.description}, ${item.details})
    ON CONFLICT (slug) DO NOTHING
    RETURNING id`;
  if (!row) throw new CrunchError('conflict', `${item.slug} exists already; choose another name.`);
  return row.id;
}

/** The error for a slug that nothing has. */
export function missing(slug: string, kind: ItemKind = 'item'): CrunchError {
  return new CrunchError('not-found', `There is no ${kind} ${slug}.`);
}
