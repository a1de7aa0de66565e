import type { Change } from '../../shared/contract/events.ts';
import { projectSlugOf } from '../../shared/domain/slug.ts';
import { sees, type Caller } from '../auth/caller.ts';

/** What of all changes is wanted; nothing of both means all. */
export interface ChangeQuery {
  /** Slugs. */
  project: string[];
  dataset: string[];
}

/**
 * What a caller is told of a change: nothing of projects that don't exist for them, nor of what they don't want.
 * Undefined where nothing is left. That anything may have changed, all are told.
 */
export function filterChange(change: Change, caller: Pick<Caller, 'projects'>, query: ChangeQuery): Change | undefined {
  const { dataset, project, host } = change;
  if (isEmpty(change)) return change;
  const slug = dataset ?? project;
  const shown = { ...(slug !== undefined && sees(caller, slug) && { dataset, project }), host };
  return isEmpty(shown) || !isWanted(shown, query) ? undefined : shown;
}

function isEmpty({ dataset, project, host }: Change): boolean {
  return dataset === undefined && project === undefined && host === undefined;
}

function isWanted({ dataset, project }: Change, query: ChangeQuery): boolean {
  if (query.project.length + query.dataset.length === 0) return true;
  const projectOf = project ?? (dataset && projectSlugOf(dataset));
  if (projectOf !== undefined && query.project.includes(projectOf)) return true;
  return dataset !== undefined && query.dataset.includes(dataset);
}
