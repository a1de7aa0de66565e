import { listRuns } from '../../catalog/runs.ts';
import { listStatuses } from '../../catalog/statuses.ts';
import type { datasetEndpoints } from '../../shared/contract/datasets.ts';
import { assertSeesRun } from '../auth/authorize.ts';
import type { HandlersOf } from '../handler.ts';
import { presentPage } from '../presenters/present-page.ts';
import { presentRun } from '../presenters/present-run.ts';
import { presentStatus } from '../presenters/present-status.ts';

type RunEndpoints = Pick<typeof datasetEndpoints, 'listStatuses' | 'listRuns' | 'getRun'>;

export const runHandlers: HandlersOf<RunEndpoints> = {
  async listStatuses({ catalog }, { params, query, standing }) {
    return presentPage(await listStatuses(catalog, params.slug, query), (status) => presentStatus(status, standing));
  },

  async listRuns({ catalog }, { params, query, standing }) {
    return presentPage(await listRuns(catalog, params.slug, query), (run) => presentRun(run, standing));
  },

  async getRun({ catalog }, { params, caller }) {
    const { run, standing } = await assertSeesRun(catalog, caller, params.id);
    return presentRun(run, standing);
  },
};
