import { cancelDatasets, queueDatasets, retryDatasets, type DatasetSelection } from '../../catalog/dataset-actions.ts';
import { datasetEndpoints } from '../../shared/contract/datasets.ts';
import { neededRight } from '../auth/authorize.ts';
import type { Caller } from '../auth/caller.ts';
import { cancelRuns } from '../cancel-runs.ts';
import type { HandlersOf } from '../handler.ts';

type ActionEndpoints = Pick<typeof datasetEndpoints, 'queueDatasets' | 'retryDatasets' | 'cancelDatasets'>;

export const actionHandlers: HandlersOf<ActionEndpoints> = {
  async queueDatasets(_context, { body, caller, once }) {
    const selection = { ...body, ...by(caller, 'queueDatasets') };
    return once((catalog) => queueDatasets(catalog, selection, caller));
  },

  async retryDatasets(_context, { body, caller, once }) {
    const selection = { ...body, ...by(caller, 'retryDatasets') };
    return once((catalog) => retryDatasets(catalog, selection, caller));
  },

  async cancelDatasets(context, { body, caller, once }) {
    const selection = { ...body, ...by(caller, 'cancelDatasets') };
    const { openRuns, ...outcome } = await once((catalog) => cancelDatasets(catalog, selection, caller));
    // Also for a request that comes again: the first time may have ended before this.
    if (!body.dryRun) await cancelRuns(context, openRuns);
    return outcome;
  },
};

/** Of whom an action is, and what they need in the projects of its datasets. */
function by(caller: Caller, operation: keyof ActionEndpoints): Pick<DatasetSelection, 'access' | 'right'> {
  return { access: caller.access, right: neededRight(caller, datasetEndpoints[operation].needs) };
}
