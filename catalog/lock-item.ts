import { CrunchError } from '../shared/errors/crunch-error.ts';
import { missing, type ItemKind } from './item-rows.ts';
import type { CatalogQueries } from './open-catalog.ts';

/** What a change asks of the item: that it still has the version which its maker saw. */
export interface ExpectedVersion {
  /** Any when absent. */
  ifVersion?: number;
}

export interface LockedItem {
  id: number;
  slug: string;
  kind: ItemKind;
  parentId: number | null;
  name: string;
  description: string;
  details: string;
}

/**
 * Keeps an item from being changed by others until the transaction ends; what lies below it is free. Throws `not-found`,
 * and `changed-meanwhile` when it has another version than expected.
 */
export async function lockItem(
  queries: CatalogQueries,
  slug: string,
  { kind, ifVersion }: ExpectedVersion & { kind?: ItemKind } = {},
): Promise<LockedItem> {
  const [row] = await queries.$queryRaw<(LockedItem & { version: number })[]>`
    SELECT id, slug, kind, parent_id AS "parentId", name, description, details, version
    FROM item WHERE slug = ${slug} FOR NO KEY UPDATE`;
  if (!row || (kind !== undefined && kind !== row.kind)) throw missing(slug, kind);
  const { version, ...item } = row;
  if (ifVersion !== undefined && ifVersion !== version) {
    throw new CrunchError(
      'changed-meanwhile',
      `${slug} was changed meanwhile: you saw its version ${ifVersion}, and it has ${version} now. Nothing was done; ` +
        'look at it again, then decide.',
    );
  }
  return item;
}
