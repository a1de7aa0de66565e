import { countDatasets } from '../../catalog/count-datasets.ts';
import type { DatasetScope } from '../../catalog/filter/dataset-scope.ts';
import { listDatasets } from '../../catalog/list-datasets.ts';
import type { datasetListEndpoints, ScopeQuery } from '../../shared/contract/dataset-lists.ts';
import { allOf, oneOf } from '../../shared/domain/filter/filter-tree.ts';
import type { Caller } from '../auth/caller.ts';
import type { HandlersOf } from '../handler.ts';
import { presentListedDataset } from '../presenters/present-dataset.ts';
import { presentPage } from '../presenters/present-page.ts';

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

/** The datasets that a query asks for, of those that exist for the caller. */
function scopeOf({ project, state, filter }: ScopeQuery, caller: Caller): DatasetScope {
  return { filter: allOf(oneOf('project', project), oneOf('state', state), filter), access: caller.access };
}
