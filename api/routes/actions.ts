import { cancelDatasets, queueDatasets, retryDatasets, type DatasetSelection } from '../../catalog/dataset-actions.ts';
import { datasetEndpoints } from '../../shared/contract/datasets.ts';
import { neededRight } from '../auth/authorize.ts';
import type { Caller } from '../auth/caller.ts';
import { cancelRuns } from '../cancel-runs.ts';
import type { HandlersOf } from '../handler.ts';

type ActionEndpoints = Pick<typeof datasetEndpoints, 'queueDatasets' | 'retryDatasets' | 'cancelDatasets'>;

export const actionHandlers: HandlersOf<ActionEndpoints> = {
  async queueDatasets({ catalog }, { body, caller }) {
    return queueDatasets(catalog, { ...body, ...by(caller, 'queueDatasets') }, caller);
  },

  async retryDatasets({ catalog }, { body, caller }) {
    return retryDatasets(catalog, { ...body, ...by(caller, 'retryDatasets') }, caller);
  },

  async cancelDatasets(context, { body, caller }) {
    const selection = { ...body, ...by(caller, 'cancelDatasets') };
    const { openRuns, ...outcome } = await cancelDatasets(context.catalog, selection, caller);
    if (!body.dryRun) await cancelRuns(context, openRuns);
    return outcome;
  },
};

/** Of whom an action is, and what they need in the projects of its datasets. */
function by(caller: Caller, operation: keyof ActionEndpoints): Pick<DatasetSelection, 'access' | 'right'> {
  return { access: caller.access, right: neededRight(caller, datasetEndpoints[operation].needs) };
}
