import type { DatasetState } from '../shared/domain/dataset-state.ts';
import { Prisma } from './generated/client.ts';
import { missing } from './item-rows.ts';
import type { CatalogQueries } from './open-catalog.ts';

export interface LockedDataset {
  id: number;
  slug: string;
  state: DatasetState;
  priority: number;
  held: boolean;
  archived: boolean;
  /** True while it is queued or a run of it is open: its files are then not for others to change. */
  busy: boolean;
}

/** Keeps the dataset of that slug or id as it is until the transaction ends. Throws `not-found`. */
export async function lockDataset(queries: CatalogQueries, which: string | number): Promise<LockedDataset> {
  const isIt = typeof which === 'string' ? Prisma.sql`item.slug = ${which}` : Prisma.sql`item.id = ${which}`;
  const [dataset] = await queries.$queryRaw<LockedDataset[]>`
    SELECT dataset.item_id AS id, item.slug, dataset.state, dataset.priority, dataset.held,
      dataset.archived_at IS NOT NULL AS archived,
      dataset.state IN ('queued', 'running') OR dataset.open_run_id IS NOT NULL AS busy
    FROM dataset JOIN item ON item.id = dataset.item_id
    WHERE ${isIt}
    FOR UPDATE OF dataset`;
  if (!dataset) throw missing(String(which), 'dataset');
  return dataset;
}
