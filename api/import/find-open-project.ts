import type { Catalog } from '../../catalog/open-catalog.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { assertMay } from '../auth/authorize.ts';
import type { Caller } from '../auth/caller.ts';

/** A project to which a caller may add datasets, or why they may not. */
export type OpenProject = { id: number; refusal?: undefined } | { refusal: CrunchError };

/** Each project is asked for once. */
export type FindOpenProject = (project: string) => Promise<OpenProject>;

export function makeProjectFinder(catalog: Catalog, caller: Caller): FindOpenProject {
  const projects = new Map<string, Promise<OpenProject>>();
  return (project) => {
    const known = projects.get(project) ?? findOpenProject(catalog, caller, project);
    projects.set(project, known);
    return known;
  };
}

async function findOpenProject(catalog: Catalog, caller: Caller, project: string): Promise<OpenProject> {
  try {
    return { id: (await assertMay(catalog, caller, 'edit', project)).projectId };
  } catch (error) {
    if (error instanceof CrunchError && ['not-found', 'not-allowed'].includes(error.code)) return { refusal: error };
    throw error;
  }
}
