import { cancelDatasets, queueDatasets, retryDatasets } from '../../catalog/dataset-actions.ts';
import type { datasetEndpoints } from '../../shared/contract/datasets.ts';
import { cancelRuns } from '../cancel-runs.ts';
import type { HandlersOf } from '../handler.ts';

type ActionEndpoints = Pick<typeof datasetEndpoints, 'queueDatasets' | 'retryDatasets' | 'cancelDatasets'>;

export const actionHandlers: HandlersOf<ActionEndpoints> = {
  async queueDatasets({ catalog }, { body, caller }) {
    return queueDatasets(catalog, { ...body, onlyProjects: caller.projects }, caller.name);
  },

  async retryDatasets({ catalog }, { body, caller }) {
    return retryDatasets(catalog, { ...body, onlyProjects: caller.projects }, caller.name);
  },

  async cancelDatasets(context, { body, caller }) {
    const selection = { ...body, onlyProjects: caller.projects };
    const { openRuns, ...outcome } = await cancelDatasets(context.catalog, selection, caller.name);
    if (!body.dryRun) await cancelRuns(context, openRuns);
    return outcome;
  },
};
