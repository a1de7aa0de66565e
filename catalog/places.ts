import { missing, type ItemKind } from './item-rows.ts';
import type { Catalog } from './open-catalog.ts';
import { isInTree, type TreePart } from './tree.ts';

/** A lat-long attribute, and the item that has it. */
export interface PlaceRecord {
  /** The attribute's. */
  id: number;
  key: string;
  latitude: number;
  longitude: number;
  slug: string;
  name: string;
  kind: ItemKind;
}

/** By one query each, so that a hundred thousand places need no more memory than these. */
const PLACES_AT_ONCE = 5000;

/** The places at an item and below it at any depth, by slug. Throws `not-found`. */
export async function* listPlaces({ prisma }: Catalog, slug: string, part: TreePart): AsyncGenerator<PlaceRecord> {
  if ((await prisma.item.count({ where: { slug } })) === 0) throw missing(slug);
  let last = { slug: '', id: 0 };
  for (;;) {
    const places = await prisma.$queryRaw<PlaceRecord[]>`
      SELECT
        attribute.id, attribute.key, attribute.latitude::float8 AS latitude, attribute.longitude::float8 AS longitude,
        item.slug, item.name, item.kind
      FROM item JOIN attribute ON attribute.item_id = item.id AND attribute.type = 'lat-long'
      WHERE ${isInTree(slug, part)} AND (item.slug, attribute.id) > (${last.slug}, ${last.id})
      ORDER BY item.slug, attribute.id LIMIT ${PLACES_AT_ONCE}`;
    yield* places;
    last = places.at(-1) ?? last;
    if (places.length < PLACES_AT_ONCE) return;
  }
}
