import { cancelDatasets, queueDatasets, retryDatasets } from '../../catalog/dataset-actions.ts';
import type { DatasetSelection } from '../../catalog/dataset-selection.ts';
import { actionEndpoints } from '../../shared/contract/actions.ts';
import { neededRight } from '../auth/authorize.ts';
import type { Caller } from '../auth/caller.ts';
import { closeUnstarted } from '../close-unstarted.ts';
import type { HandlersOf } from '../handler.ts';

export const actionHandlers: HandlersOf<typeof actionEndpoints> = {
  async queueDatasets(_context, { body, caller, once }) {
    const selection = { ...body, ...by(caller, 'queueDatasets') };
    return once((catalog) => queueDatasets(catalog, selection, caller));
  },

  async retryDatasets(_context, { body, caller, once }) {
    const selection = { ...body, ...by(caller, 'retryDatasets') };
    return once((catalog) => retryDatasets(catalog, selection, caller));
  },

  async cancelDatasets(context, { body, caller, once }) {
    const { reason = null, workspace, ...which } = body;
    const selection = { ...which, ...by(caller, 'cancelDatasets') };
    const how = { reason, workspace };
    const { openRuns, ...outcome } = await once((catalog) => cancelDatasets(catalog, selection, how, caller));
    // Also for a request that comes again: the first time may have ended before this.
    if (!body.dryRun) await closeUnstarted(context.catalog, openRuns);
    return outcome;
  },
};

/** Of whom an action is, and what they need in the projects of its datasets. */
function by(caller: Caller, operation: keyof typeof actionEndpoints): Pick<DatasetSelection, 'access' | 'right'> {
  return { access: caller.access, right: neededRight(caller, actionEndpoints[operation].needs) };
}
