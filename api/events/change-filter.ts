import { findStandings, type Standing } from '../../catalog/access.ts';
import type { Catalog } from '../../catalog/open-catalog.ts';
import type { Change } from '../../shared/contract/events.ts';
import type { Right } from '../../shared/domain/project-role.ts';
import { projectSlugOf } from '../../shared/domain/slug.ts';
import { isOnServer } from '../auth/authorize.ts';
import type { Caller } from '../auth/caller.ts';

/** What of all changes is wanted; nothing of both means all. */
export interface ChangeQuery {
  /** Slugs. */
  project: string[];
  dataset: string[];
}

/** Whether a change is one of those asked for; that anything may have changed always is. */
export function isWanted(change: Change, query: ChangeQuery): boolean {
  if (isEmpty(change) || query.project.length + query.dataset.length === 0) return true;
  const { dataset } = change;
  const project = projectOf(change);
  if (project !== undefined && query.project.includes(project)) return true;
  return dataset !== undefined && query.dataset.includes(dataset);
}

/**
 * What a caller is told of changes: nothing of projects that don't exist for them, and of hosts only where they may list
 * them. The public hears of datasets only that something in their project changed.
 */
export async function showChanges(
  catalog: Catalog,
  { access, role }: Pick<Caller, 'access' | 'role'>,
  changes: Change[],
): Promise<Change[]> {
  const projects = new Set(changes.flatMap((change) => projectOf(change) ?? []));
  const standings =
    projects.size === 0 ? new Map<string, Standing>() : await findStandings(catalog, access, [...projects]);
  const shown = changes.map((change) => {
    const right = standings.get(projectOf(change) ?? '')?.right;
    return { ...showPlace(change, right), ...(isOnServer(role) && { host: change.host }) };
  });
  const told = shown.filter((change, index) => !isEmpty(change) || isEmpty(changes[index] ?? {}));
  return [...new Map(told.map((change) => [JSON.stringify(change), change])).values()];
}

function showPlace(change: Change, right: Right | undefined): Change {
  if (right === undefined) return {};
  const { dataset, project } = change;
  return right === 'visit' ? { project: projectOf(change) } : { dataset, project };
}

function projectOf({ dataset, project }: Change): string | undefined {
  return project ?? (dataset && projectSlugOf(dataset));
}

function isEmpty({ dataset, project, host }: Change): boolean {
  return dataset === undefined && project === undefined && host === undefined;
}
