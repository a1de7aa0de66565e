import { mayEverywhere } from '../../catalog/access.ts';
import { changeDataset, createDataset, deleteDataset, getDataset } from '../../catalog/datasets.ts';
import type { datasetEndpoints } from '../../shared/contract/datasets.ts';
import { CRUNCH_FOLDER } from '../../shared/domain/manifest.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import type { Caller } from '../auth/caller.ts';
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

/** A dataset reads what lies below its path: only who sees everything may point it at any file. */
function assertMayUsePath(caller: Caller, project: string, path: string): void {
  if (path.toLowerCase().split('/').includes(CRUNCH_FOLDER)) {
    throw new CrunchError('invalid-input', `The path “${path}” leads into a folder that is Crunch’s own.`);
  }
  if (!mayEverywhere(caller.access, 'edit') && !path.startsWith(`crunch/${project}/`)) {
    throw new CrunchError('not-allowed', `Only an admin may give a path that doesn’t begin with crunch/${project}/.`);
  }
}
