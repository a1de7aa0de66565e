import type { Catalog } from '../../catalog/open-catalog.ts';
import type { Right } from '../../shared/domain/project-role.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { assertMay } from '../auth/authorize.ts';
import type { Caller } from '../auth/caller.ts';

/** Says why a caller may not do something in a project, undefined when they may. Each project is asked for once. */
export type FindRefusal = (right: Right, project: string) => Promise<CrunchError | undefined>;

export function makeRefusalFinder(catalog: Catalog, caller: Caller): FindRefusal {
  const refusals = new Map<string, Promise<CrunchError | undefined>>();
  return (right, project) => {
    const key = `${right} ${project}`;
    const known = refusals.get(key) ?? findRefusal(catalog, caller, right, project);
    refusals.set(key, known);
    return known;
  };
}

async function findRefusal(catalog: Catalog, caller: Caller, right: Right, project: string) {
  try {
    await assertMay(catalog, caller, right, project);
    return undefined;
  } catch (error) {
    if (error instanceof CrunchError && (error.code === 'not-found' || error.code === 'not-allowed')) return error;
    throw error;
  }
}
