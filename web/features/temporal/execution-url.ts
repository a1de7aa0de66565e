import type { Run } from '../../../shared/contract/datasets.ts';

/** Where Temporal's own UI shows what it knows of a run; undefined without such a UI, and before the run is in Temporal. */
export function executionUrl(
  { ui, namespace }: { ui: string | null; namespace: string },
  { workflowId, temporalRunId }: Pick<Run, 'workflowId' | 'temporalRunId'>,
): string | undefined {
  if (ui === null || temporalRunId === null) return undefined;
  const [id, run] = [workflowId, temporalRunId].map(encodeURIComponent);
  return `${ui.replace(/\/$/, '')}/namespaces/${encodeURIComponent(namespace)}/workflows/${id}/${run}/history`;
}
