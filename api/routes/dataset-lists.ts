import { countDatasets } from '../../catalog/count-datasets.ts';
import { listDatasets } from '../../catalog/list-datasets.ts';
import type { datasetListEndpoints } from '../../shared/contract/dataset-lists.ts';
import type { HandlersOf } from '../handler.ts';
import { presentListedDataset } from '../presenters/present-dataset.ts';
import { presentPage } from '../presenters/present-page.ts';
import { scopeOf } from '../scope-of.ts';

export const datasetListHandlers: HandlersOf<typeof datasetListEndpoints> = {
  async listDatasets({ catalog }, { query, caller }) {
    const { cursor, limit, sort, columns = [] } = query;
    const page = await listDatasets(catalog, { ...scopeOf(query, caller), cursor, limit, sort, columns });
    return presentPage(page, presentListedDataset);
  },

  async countDatasets({ catalog }, { query, caller }) {
    const counts = await countDatasets(catalog, { ...scopeOf(query, caller), by: query.by });
    return { total: counts.reduce((sum, { count }) => sum + count, 0), counts };
  },
};
