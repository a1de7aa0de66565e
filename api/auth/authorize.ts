import { findStanding, seesAnyProject, type Standing } from '../../catalog/access.ts';
import type { Catalog } from '../../catalog/open-catalog.ts';
import { getRun, type RunRecord } from '../../catalog/runs.ts';
import type { Endpoint, ProjectNeed, SiteNeed } from '../../shared/contract/endpoint.ts';
import { includesRight, type Right } from '../../shared/domain/project-role.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import type { Caller } from './caller.ts';
import { covers } from './covers.ts';

/**
 * Throws `not-signed-in` or `not-allowed` unless the caller may call the operation at all, whatever for. What the
 * contract says of an operation is all that counts.
 */
export function assertMayCall(caller: Caller, { scope, needs }: Endpoint): void {
  if (caller.kind === 'visitor') {
    if (!('may' in needs && needs.may === 'visit')) throw signInFirst();
    return;
  }
  if (!hasScope(caller, scope, needs)) throw lacksScope(caller, scope);
  if ('be' in needs && !isWhat(caller, needs)) throw new CrunchError('not-allowed', REFUSALS[needs.be]);
}

/** Throws `not-signed-in` for a visitor. */
export function assertKnown({ kind }: Caller): void {
  if (kind === 'visitor') throw signInFirst();
}

function hasScope(caller: Caller, scope: Endpoint['scope'], needs: Endpoint['needs']): boolean {
  if (scope === 'public') return true;
  if (scope === 'account') return caller.kind === 'person' || caller.scope === 'admin';
  return covers(caller.scope, scope) || ('hosts' in needs && caller.scope === 'host');
}

function isWhat({ role, scope }: Caller, { be }: SiteNeed): boolean {
  if (be === 'member') return isOnServer(role);
  if (be === 'host') return role === 'admin' && covers(scope, 'host');
  if (be === 'admin') return isAdmin({ role, scope });
  return true;
}

const REFUSALS: Record<SiteNeed['be'], string> = {
  anybody: '',
  known: '',
  member: 'This needs a member of this server; you are a guest.',
  host: 'This needs a token of the scope “host”.',
  admin: 'This needs an admin of this server.',
};

/** Whether somebody of that role belongs to the server, so that internal projects and its hosts are theirs to see. */
export function isOnServer(role: Caller['role']): boolean {
  return role === 'member' || role === 'admin';
}

/** Whether the caller may do everything. */
export function isAdmin({ role, scope }: Pick<Caller, 'role' | 'scope'>): boolean {
  return role === 'admin' && scope === 'admin';
}

/** What the caller needs in each of the projects that an operation is for. */
export function neededRight({ scope }: Pick<Caller, 'scope'>, { may, hosts }: ProjectNeed): Right {
  return hosts === true && scope === 'host' ? 'view' : may;
}

/**
 * What the caller may do with the project, dataset or item of that slug. Throws `not-found` in the same words for what
 * doesn't exist and for what doesn't exist for them, `not-signed-in` in both cases for a visitor, and `not-allowed` for
 * who sees it but may not do that.
 */
export async function assertMay(catalog: Catalog, caller: Caller, right: Right, slug: string): Promise<Standing> {
  const standing = await findStanding(catalog, caller.access, slug);
  if (standing === undefined) throw isNothing(caller, `There is no “${slug}”.`);
  const refusal = explainLack(standing, right);
  if (refusal !== undefined) throw new CrunchError('not-allowed', refusal);
  return standing;
}

/** Why somebody of that standing may not do something, as a sentence; undefined when they may. */
export function explainLack({ right, project }: Standing, needed: Right): string | undefined {
  if (includesRight(right, needed)) return undefined;
  const problem = `This needs the right “${needed}” in the project ${project}; yours is “${right}”.`;
  return `${problem} Its owners can make you more.`;
}

/** The run of that id and what the caller may do with its dataset. Throws as `assertMay` does. */
export async function assertSeesRun(
  catalog: Catalog,
  caller: Caller,
  id: string,
): Promise<{ run: RunRecord; standing: Standing }> {
  const run = await getRun(catalog, id).catch((error: unknown) => {
    throw error instanceof CrunchError && error.code === 'not-found' ? noRun(caller, id) : error;
  });
  const standing = await findStanding(catalog, caller.access, run.dataset);
  if (standing === undefined) throw noRun(caller, id);
  return { run, standing };
}

/** Throws `not-signed-in` when no project exists for a caller: where nothing is public, a visitor is told nothing. */
export async function assertSeesAnything(catalog: Catalog, { access }: Caller): Promise<void> {
  if (!(await seesAnyProject(catalog, access))) throw signInFirst();
}

function noRun(caller: Caller, id: string): CrunchError {
  return isNothing(caller, `There is no run ${id}.`);
}

/** Whoever has not signed in is asked to do so: to them all is the same that isn't for the whole world. */
function isNothing(caller: Caller, message: string): CrunchError {
  return caller.kind === 'visitor' ? signInFirst() : new CrunchError('not-found', message);
}

function signInFirst(): CrunchError {
  return new CrunchError('not-signed-in', 'This needs a token, “Authorization: Bearer <token>”, or to be signed in.');
}

function lacksScope({ scope: held }: Caller, scope: Endpoint['scope']): CrunchError {
  return new CrunchError(
    'not-allowed',
    scope === 'account'
      ? 'This needs somebody who is signed in, or a token of the scope “admin”.'
      : `This needs a token of the scope “${scope}”; yours has “${held}”. An admin, or whoever made it, can make another.`,
  );
}
