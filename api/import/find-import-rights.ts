import { findStandings } from '../../catalog/access.ts';
import type { ImportRights } from '../../catalog/import/import-rights.ts';
import type { Catalog } from '../../catalog/open-catalog.ts';
import { tableEndpoints } from '../../shared/contract/tables.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { mayUseAnyPath } from '../auth/assert-may-use-path.ts';
import { assertMayCall, explainLack } from '../auth/authorize.ts';
import type { Caller } from '../auth/caller.ts';

/**
 * What whoever sends an import may do in the projects of its rows by now: the rows may have come for hours. One query,
 * however many projects there are. Throws `not-signed-in` when they may send nothing any more.
 */
export async function findImportRights(
  catalog: Catalog,
  identifyAgain: () => Promise<Caller | undefined>,
  projects: string[],
): Promise<ImportRights> {
  const caller = await identifyAgain();
  if (caller === undefined) {
    const message = 'Your token or session ended while the rows came. Nothing was imported.';
    throw new CrunchError('not-signed-in', message);
  }
  assertMayCall(caller, tableEndpoints.importDatasets);
  const standings = await findStandings(catalog, caller.access, projects);
  const rights: ImportRights = { anyPath: mayUseAnyPath(caller), refused: new Map(), noPriority: new Map() };
  for (const project of projects) {
    const standing = standings.get(project);
    const refusal = standing && explainLack(standing, 'edit');
    if (standing === undefined || refusal !== undefined) rights.refused.set(project, refusal ?? null);
    const noPriority = standing && explainLack(standing, 'operate');
    if (noPriority !== undefined) rights.noPriority.set(project, noPriority);
  }
  return rights;
}
