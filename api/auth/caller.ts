import type { NewProject, ProjectChange } from '../../shared/contract/projects.ts';
import type { Scope } from '../../shared/contract/endpoint.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';

/** Who asks: whoever is signed in, or the holder of a token. */
export interface Caller {
  kind: 'person' | 'token';
  /** Differs for each person and token. */
  id: string;
  /** As the audit log names them: a person's e-mail address, a token's name, or both. */
  name: string;
  /** As they call themselves or their token. */
  shownName: string;
  /** Where the request came from. */
  address: string;
  person?: { id: string; name: string; email: string };
  scope: Scope;
  /** The slugs of the only projects that exist for this caller; undefined for one that sees all. */
  projects: string[] | undefined;
  /** The only pools that this caller may name; undefined for one that may name any. */
  pools: string[] | undefined;
}

/** Whether the project, dataset or item with that slug exists for this caller. */
export function sees(caller: Pick<Caller, 'projects'>, slug: string): boolean {
  const project = slug.split(':', 1)[0] ?? slug;
  return caller.projects === undefined || caller.projects.includes(project);
}

/** Throws the `not-found` of something that doesn't exist, unless the caller may see it. */
export function assertSees(caller: Pick<Caller, 'projects'>, slug: string): void {
  if (!sees(caller, slug)) throw new CrunchError('not-found', `There is no “${slug}”.`);
}

/** A project in a pool runs its workflow on the pool's hosts. Throws `not-allowed` for a pool of others. */
export function assertMayUsePool(caller: Caller, { pool }: NewProject | ProjectChange): void {
  if (typeof pool === 'string' && caller.pools !== undefined && !caller.pools.includes(pool)) {
    throw new CrunchError('not-allowed', `Your token is limited and doesn't name the pool “${pool}”.`);
  }
}

/** Throws `not-allowed` unless the caller sees all projects. */
export function assertUnlimited(caller: Caller, deed: string): void {
  if (caller.projects !== undefined) {
    throw new CrunchError('not-allowed', `Your token is limited to some projects or pools and can't ${deed}.`);
  }
}
