import { fillWorkflowContent, getRunWorkflow } from '../../catalog/workflow-revisions.ts';
import { fetchWorkflowSource, parseWorkflowSource } from '../../platform/workflow-source.ts';
import type { WorkflowRef } from '../../shared/domain/processing.ts';
import type { ControlContext } from './control-context.ts';
import type { RunRef } from './signatures.ts';

/** Fetches the workflow of a run whose source could not be reached when the project was made. */
export async function fetchWorkflow(context: ControlContext, { runId }: RunRef): Promise<WorkflowRef> {
  const { catalog, allowedWorkflowHosts } = context;
  const { revisionId, source, workflow } = await getRunWorkflow(catalog, runId);
  if (workflow) return workflow;
  const content = await fetchWorkflowSource(parseWorkflowSource(source), { allow: allowedWorkflowHosts });
  return fillWorkflowContent(catalog, revisionId, content);
}
