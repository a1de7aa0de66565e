import { changeDataset, createDataset, deleteDataset, getDataset } from '../../catalog/datasets.ts';
import type { datasetEndpoints } from '../../shared/contract/datasets.ts';
import { assertMayUsePath } from '../auth/assert-may-use-path.ts';
import type { HandlersOf } from '../handler.ts';
import { presentDatasetDetail } from '../presenters/present-dataset.ts';

type DatasetEndpoints = Pick<
  typeof datasetEndpoints,
  'createDataset' | 'getDataset' | 'changeDataset' | 'deleteDataset'
>;

export const datasetHandlers: HandlersOf<DatasetEndpoints> = {
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
