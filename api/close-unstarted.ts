import { closeCancelled } from '../catalog/cancellations.ts';
import type { OpenRun } from '../catalog/dataset-actions.ts';
import { cancelExternalRun } from '../catalog/end-external-runs.ts';
import type { Catalog } from '../catalog/open-catalog.ts';
import { forEachConcurrently } from '../platform/for-each-concurrently.ts';

const MOST_AT_ONCE = 20;

/**
 * Of runs that were just cancelled, closes those of which Temporal doesn't know: nobody has to end anything of them. A
 * second call changes nothing.
 */
export async function closeUnstarted(catalog: Catalog, runs: OpenRun[]): Promise<void> {
  const unstarted = runs.filter(({ temporalRunId }) => temporalRunId === null);
  await forEachConcurrently(unstarted, { limit: MOST_AT_ONCE }, ({ kind, runId }) =>
    // Whoever starts one of ours right now finds it closed, and cancels it.
    kind === 'external' ? cancelExternalRun(catalog, runId) : closeCancelled(catalog, runId),
  );
}
