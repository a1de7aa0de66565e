import { mayEverywhere } from '../../catalog/access.ts';
import { countDatasets } from '../../catalog/count-datasets.ts';
import { changeDataset, createDataset, deleteDataset, getDataset } from '../../catalog/datasets.ts';
import { listDatasets } from '../../catalog/list-datasets.ts';
import type { DatasetScope } from '../../catalog/filter/dataset-scope.ts';
import type { datasetEndpoints, ScopeQuery } from '../../shared/contract/datasets.ts';
import { allOf, oneOf } from '../../shared/domain/filter/filter-tree.ts';
import { CRUNCH_FOLDER } from '../../shared/domain/manifest.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import type { Caller } from '../auth/caller.ts';
import type { HandlersOf } from '../handler.ts';
import { presentDatasetDetail, presentListedDataset } from '../presenters/present-dataset.ts';
import { presentPage } from '../presenters/present-page.ts';

type DatasetEndpoints = Pick<
  typeof datasetEndpoints,
  'listDatasets' | 'countDatasets' | 'createDataset' | 'getDataset' | 'changeDataset' | 'deleteDataset'
>;

export const datasetHandlers: HandlersOf<DatasetEndpoints> = {
  async listDatasets({ catalog }, { query, caller }) {
    const { cursor, limit, sort, columns = [] } = query;
    const page = await listDatasets(catalog, { ...scopeOf(query, caller), cursor, limit, sort, columns });
    return presentPage(page, presentListedDataset);
  },

  async countDatasets({ catalog }, { query, caller }) {
    const counts = await countDatasets(catalog, { ...scopeOf(query, caller), by: query.by });
    return { total: counts.reduce((sum, { count }) => sum + count, 0), counts };
  },

  async createDataset({ catalog }, { body, caller, standing }) {
    if (body.basePath !== undefined) assertMayUsePath(caller, body.project, body.basePath);
    return presentDatasetDetail(await createDataset(catalog, body), standing);
  },

  async getDataset({ catalog }, { params, standing }) {
    return presentDatasetDetail(await getDataset(catalog, params.slug), standing);
  },

  async changeDataset({ catalog }, { params, body, standing }) {
    return presentDatasetDetail(await changeDataset(catalog, params.slug, body), standing);
  },

  async deleteDataset({ catalog }, { params, caller }) {
    return deleteDataset(catalog, params.slug, caller.name);
  },
};

/** The datasets that a query asks for, of those that exist for the caller. */
function scopeOf({ project, state, filter }: ScopeQuery, caller: Caller): DatasetScope {
  return { filter: allOf(oneOf('project', project), oneOf('state', state), filter), access: caller.access };
}

/** A dataset reads what lies below its path: only who sees everything may point it at any file. */
function assertMayUsePath(caller: Caller, project: string, path: string): void {
  if (path.toLowerCase().split('/').includes(CRUNCH_FOLDER)) {
    throw new CrunchError('invalid-input', `The path “${path}” leads into a folder that is Crunch’s own.`);
  }
  if (!mayEverywhere(caller.access, 'edit') && !path.startsWith(`crunch/${project}/`)) {
    throw new CrunchError('not-allowed', `Only an admin may give a path that doesn’t begin with crunch/${project}/.`);
  }
}
