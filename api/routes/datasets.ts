import { mayEverywhere } from '../../catalog/access.ts';
import { createDataset } from '../../catalog/create-dataset.ts';
import { changeDataset, getDataset } from '../../catalog/datasets.ts';
import { deleteTree } from '../../catalog/delete-tree.ts';
import type { datasetEndpoints } from '../../shared/contract/datasets.ts';
import { assertMayUsePath } from '../auth/assert-may-use-path.ts';
import type { HandlersOf } from '../handler.ts';
import { presentDatasetDetail } from '../presenters/present-dataset.ts';

type DatasetEndpoints = Pick<
  typeof datasetEndpoints,
  'createDataset' | 'getDataset' | 'changeDataset' | 'deleteDataset'
>;

export const datasetHandlers: HandlersOf<DatasetEndpoints> = {
  async createDataset(_context, { body, caller, standing, once }) {
    if (body.basePath !== undefined) assertMayUsePath(caller, body.project, body.basePath);
    const input = { ...body, reclaims: mayEverywhere(caller.access, 'edit') };
    return once(async (catalog) => presentDatasetDetail(await createDataset(catalog, input, caller), standing));
  },

  async getDataset({ catalog }, { params, standing }) {
    return presentDatasetDetail(await getDataset(catalog, params.slug), standing);
  },

  async changeDataset({ catalog }, { params, headers, body, caller, standing }) {
    const deed = { actor: caller, ifVersion: headers['if-match'] };
    return presentDatasetDetail(await changeDataset(catalog, params.slug, body, deed), standing);
  },

  async deleteDataset({ catalog }, { params, headers, query, caller }) {
    const deletion = { actor: caller, ifVersion: headers['if-match'], ...query };
    return deleteTree(catalog, params.slug, 'dataset', deletion);
  },
};
