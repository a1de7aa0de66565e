import type { ActionResult } from '../../../shared/contract/actions.ts';
import type { OperationName } from '../../../shared/contract/index.ts';
import type { DatasetAction } from '../../../shared/domain/dataset-state.ts';
import { crunch } from '../../connection/crunch.ts';

/** The operation that does it. */
export const ACTION_OPERATIONS = {
  queue: 'queueDatasets',
  retry: 'retryDatasets',
  cancel: 'cancelDatasets',
} as const satisfies Record<DatasetAction, OperationName>;

/** Does it to one dataset; why is for a cancellation only. Throws with the reason when that is refused. */
export async function actOnDataset(action: DatasetAction, slug: string, why?: string): Promise<void> {
  const body = { datasets: [slug], reason: why };
  const { refused }: ActionResult = await crunch[ACTION_OPERATIONS[action]]({ body });
  if (refused[0]) throw new Error(refused[0].reason);
}
