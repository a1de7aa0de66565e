import type { DatasetState } from '../shared/domain/dataset-state.ts';
import { Prisma } from './generated/client.ts';
import { missing } from './item-rows.ts';
import type { Catalog } from './open-catalog.ts';

/** Where a dataset's files lie, and what it is doing. */
export interface DatasetPlace {
  id: number;
  slug: string;
  /** The project's slug. */
  project: string;
  basePath: string;
  state: DatasetState;
}

/**
 * Less than `getDataset`, for who only needs to know which dataset that is. `which` is its slug or its id, of which only the
 * id never changes. Throws `not-found`.
 */
export async function locateDataset(catalog: Catalog, which: string | number): Promise<DatasetPlace> {
  const isIt = typeof which === 'string' ? Prisma.sql`item.slug = ${which}` : Prisma.sql`item.id = ${which}`;
  const [place] = await catalog.prisma.$queryRaw<DatasetPlace[]>`
    SELECT dataset.item_id AS id, item.slug, project.slug AS project, dataset.base_path AS "basePath", dataset.state
    FROM dataset
    JOIN item ON item.id = dataset.item_id
    JOIN item AS project ON project.id = dataset.project_id
    WHERE ${isIt}`;
  if (!place) throw missing(String(which), 'dataset');
  return place;
}
