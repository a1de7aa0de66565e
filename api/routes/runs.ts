import { getRun, listRuns } from '../../catalog/runs.ts';
import { listStatuses } from '../../catalog/statuses.ts';
import type { datasetEndpoints } from '../../shared/contract/datasets.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { assertSees, sees } from '../auth/caller.ts';
import type { HandlersOf } from '../handler.ts';
import { presentPage } from '../presenters/present-page.ts';
import { presentRun } from '../presenters/present-run.ts';
import { presentStatus } from '../presenters/present-status.ts';

type RunEndpoints = Pick<typeof datasetEndpoints, 'listStatuses' | 'listRuns' | 'getRun'>;

export const runHandlers: HandlersOf<RunEndpoints> = {
  async listStatuses({ catalog }, { params, query, caller }) {
    assertSees(caller, params.slug);
    return presentPage(await listStatuses(catalog, params.slug, query), presentStatus);
  },

  async listRuns({ catalog }, { params, query, caller }) {
    assertSees(caller, params.slug);
    return presentPage(await listRuns(catalog, params.slug, query), presentRun);
  },

  async getRun({ catalog }, { params, caller }) {
    const run = await getRun(catalog, params.id);
    if (!sees(caller, run.dataset)) throw new CrunchError('not-found', `There is no run ${params.id}.`);
    return presentRun(run);
  },
};
