import { Prisma } from './generated/client.ts';
import type { Catalog, CatalogQueries } from './open-catalog.ts';

/** A place in the tree: the item above, null for a project's, and the last part of the slug. */
export interface SlugPlace {
  parentId: number | null;
  part: string;
}

interface Step {
  id: number;
  slug: string;
}

/**
 * The slug that something has now which had this one, wherever it and what it lay in were moved since; undefined when
 * there is no such thing. Asks at each level for what is there, then for what was there last.
 */
export async function findMovedSlug({ prisma }: Catalog, slug: string): Promise<string | undefined> {
  let found: Step | undefined;
  for (const part of slug.split(':')) {
    const parentId = found?.id ?? null;
    const [step]: Step[] = await prisma.$queryRaw<Step[]>`
      SELECT id, slug FROM (
        SELECT id, slug, 1 AS rank FROM item WHERE slug = ${found === undefined ? part : `${found.slug}:${part}`}
        UNION ALL
        SELECT item.id, item.slug, 2 FROM old_slug JOIN item ON item.id = old_slug.item_id
        WHERE ${isPlace({ parentId, part })}
      ) AS candidate
      ORDER BY rank LIMIT 1`;
    if (step === undefined) return undefined;
    found = step;
  }
  return found?.slug;
}

/** Lets a place lead to the item which had it last, instead of to any other that had it before. */
export async function rememberPlace(queries: CatalogQueries, place: SlugPlace, itemId: number): Promise<void> {
  await forgetPlace(queries, place);
  await queries.oldSlug.create({ data: { ...place, itemId } });
}

/** What had the place is not found by it any more. */
export async function forgetPlace(queries: CatalogQueries, place: SlugPlace): Promise<void> {
  await queries.$executeRaw`DELETE FROM old_slug WHERE ${isPlace(place)}`;
}

/** A condition on the table `old_slug`: it is that place. */
export function isPlace({ parentId, part }: SlugPlace): Prisma.Sql {
  return parentId === null
    ? Prisma.sql`old_slug.parent_id IS NULL AND old_slug.part = ${part}`
    : Prisma.sql`old_slug.parent_id = ${parentId} AND old_slug.part = ${part}`;
}
