import type { DatasetState } from '../shared/domain/dataset-state.ts';
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

/** Less than `getDataset`, for who only needs to know which dataset that is. Throws `not-found`. */
export async function locateDataset(catalog: Catalog, slug: string): Promise<DatasetPlace> {
  const [place] = await catalog.prisma.$queryRaw<DatasetPlace[]>`
    SELECT dataset.item_id AS id, item.slug, project.slug AS project, dataset.base_path AS "basePath", dataset.state
    FROM dataset
    JOIN item ON item.id = dataset.item_id
    JOIN item AS project ON project.id = dataset.project_id
    WHERE item.slug = ${slug}`;
  if (!place) throw missing(slug, 'dataset');
  return place;
}
