import { missing } from './item-rows.ts';
import type { Catalog, CatalogQueries } from './open-catalog.ts';
import { isInTree, type TreePart } from './tree.ts';

/** How much there is at an item and below it at any depth. */
export interface ItemTotals {
  datasets: number;
  /** Without projects and datasets. */
  items: number;
  attributes: number;
  runs: number;
  /** As last uploaded or published. */
  files: number;
  fileBytes: number;
  /** The sum of all attributes of the type `filesize`. */
  filesizeBytes: number;
}

/** By one query. Throws `not-found`. */
export async function getItemTotals({ prisma }: Catalog, slug: string, part?: TreePart): Promise<ItemTotals> {
  const totals = await countTree(prisma, slug, part);
  if (totals === undefined) throw missing(slug);
  return totals;
}

/** Undefined for a slug that nothing has. */
export async function countTree(
  queries: CatalogQueries,
  slug: string,
  part?: TreePart,
): Promise<ItemTotals | undefined> {
  const [row] = await queries.$queryRaw<(ItemTotals & { all: number })[]>`
    WITH tree AS MATERIALIZED (SELECT id, kind FROM item WHERE ${isInTree(slug, part)})
    SELECT
      (SELECT count(*) FROM tree)::int AS all,
      (SELECT count(*) FROM tree WHERE kind = 'dataset')::int AS datasets,
      (SELECT count(*) FROM tree WHERE kind = 'item')::int AS items,
      (SELECT count(*) FROM attribute WHERE item_id IN (SELECT id FROM tree))::int AS attributes,
      (SELECT count(*) FROM run WHERE dataset_id IN (SELECT id FROM tree))::int AS runs,
      (SELECT count(*) FROM file WHERE dataset_id IN (SELECT id FROM tree))::int AS files,
      (SELECT coalesce(sum(size_bytes), 0) FROM file WHERE dataset_id IN (SELECT id FROM tree))::float8 AS "fileBytes",
      (
        SELECT coalesce(sum("integer"), 0) FROM attribute
        WHERE type = 'filesize' AND item_id IN (SELECT id FROM tree)
      )::float8 AS "filesizeBytes"`;
  if (row === undefined || row.all === 0) return undefined;
  const { all: _, ...totals } = row;
  return totals;
}
