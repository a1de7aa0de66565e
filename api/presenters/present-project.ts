import type { ProjectRecord } from '../../catalog/projects.ts';
import type { Project } from '../../shared/contract/projects.ts';

/** A project as the API shows it. `warning` is what the caller should know besides. */
export function presentProject({ id: _, createdAt, ...project }: ProjectRecord, warning?: string): Project {
  const isAwaited = project.workflow !== null && project.workflow.sha256 === null;
  return {
    ...project,
    createdAt: createdAt.toISOString(),
    warning: warning ?? (isAwaited ? 'The workflow could not be fetched yet; it is tried when a dataset runs.' : null),
  };
}
