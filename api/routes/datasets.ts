import { changeDataset, createDataset, deleteDataset, getDataset, listDatasets } from '../../catalog/datasets.ts';
import type { datasetEndpoints } from '../../shared/contract/datasets.ts';
import { CRUNCH_FOLDER } from '../../shared/domain/manifest.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { assertSees, type Caller } from '../auth/caller.ts';
import type { HandlersOf } from '../handler.ts';
import { presentDataset, presentDatasetDetail } from '../presenters/present-dataset.ts';
import { presentPage } from '../presenters/present-page.ts';

type DatasetEndpoints = Pick<
  typeof datasetEndpoints,
  'listDatasets' | 'createDataset' | 'getDataset' | 'changeDataset' | 'deleteDataset'
>;

export const datasetHandlers: HandlersOf<DatasetEndpoints> = {
  async listDatasets({ catalog }, { query, caller }) {
    return presentPage(await listDatasets(catalog, { ...query, onlyProjects: caller.projects }), presentDataset);
  },

  async createDataset({ catalog }, { body, caller }) {
    assertSees(caller, body.project);
    if (body.basePath !== undefined) assertMayUsePath(caller, body.project, body.basePath);
    return presentDatasetDetail(await createDataset(catalog, body));
  },

  async getDataset({ catalog }, { params, caller }) {
    assertSees(caller, params.slug);
    return presentDatasetDetail(await getDataset(catalog, params.slug));
  },

  async changeDataset({ catalog }, { params, body, caller }) {
    assertSees(caller, params.slug);
    return presentDatasetDetail(await changeDataset(catalog, params.slug, body));
  },

  async deleteDataset({ catalog }, { params, caller }) {
    assertSees(caller, params.slug);
    return deleteDataset(catalog, params.slug, caller.name);
  },
};

/** A dataset reads what lies below its path: a limited caller must not point it at files of other projects. */
function assertMayUsePath(caller: Caller, project: string, path: string): void {
  if (path.toLowerCase().split('/').includes(CRUNCH_FOLDER)) {
    throw new CrunchError('invalid-input', `The path “${path}” leads into a folder that is Crunch’s own.`);
  }
  if (caller.projects !== undefined && !path.startsWith(`crunch/${project}/`)) {
    throw new CrunchError('not-allowed', `Your token is limited: its paths have to begin with crunch/${project}/.`);
  }
}
