import type { ProjectRecord } from '../../catalog/projects.ts';
import type { Project } from '../../shared/contract/projects.ts';
import { DEFAULT_PLAN, describePlanGaps } from '../../shared/domain/plan.ts';
import { rightsUpTo, type Right } from '../../shared/domain/project-role.ts';

const NOT_FETCHED = 'The workflow could not be fetched yet; it is tried when a dataset runs.';

/**
 * A project as somebody may see it who has that right in it: of drafts, and of who paused it, the public hears nothing. `warning` is what the
 * caller should know of its workflow, when that was just fetched.
 */
export function presentProject(
  { id: _, createdAt, datasets, pause, ...project }: ProjectRecord,
  right: Right,
  warning?: string,
): Project {
  const isAwaited = project.workflow !== null && project.workflow.sha256 === null;
  const workflowWarning = warning ?? (isAwaited ? NOT_FETCHED : undefined);
  const warnings = [...(workflowWarning ? [workflowWarning] : []), ...describePlanGaps(project.plan ?? DEFAULT_PLAN)];
  return {
    ...project,
    datasets: right === 'visit' ? { ...datasets, draft: 0 } : datasets,
    pause: right === 'visit' || pause === null ? null : { ...pause, at: pause.at.toISOString() },
    createdAt: createdAt.toISOString(),
    warning: warnings.join(' ') || null,
    may: rightsUpTo(right),
  };
}
