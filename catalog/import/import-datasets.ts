import type { RowFaults } from '../../shared/errors/row-faults.ts';
import { announceAdmission, announceChange } from '../announce.ts';
import { recordAudit, type Actor } from '../audit.ts';
import { lockPaths } from '../base-paths.ts';
import type { Catalog, CatalogQueries } from '../open-catalog.ts';
import { keepTrees } from '../tree.ts';
import { addStagedRows } from './add-staged-rows.ts';
import { findRowConflicts } from './find-row-conflicts.ts';
import { noteRefusals, type ImportRights } from './import-rights.ts';
import { placeStagedRows } from './place-staged-rows.ts';
import { createStage, hasChosenPaths, listStagedProjects, stageRows, type ImportRowInput } from './stage-rows.ts';

export interface ImportRequest {
  rows: AsyncIterable<ImportRowInput>;
  /** What is wrong with rows; whoever gives the rows may note more while they are read. */
  faults: RowFaults;
  /** Make nothing. */
  dryRun: boolean;
  actor: Actor;
  /** What may be done in these projects: asked for when the last row has come. What it throws ends the import. */
  findRights(projects: string[]): Promise<ImportRights>;
}

export interface ImportOutcome {
  created: number;
  unchanged: number;
}

const TIMEOUT_MS = 6 * 3600_000;

/**
 * Makes all datasets of an import or none of them. One that is there already stays, if it is just as its row says.
 * Rows wait in tables of the transaction's own until the last has come, so that nobody else waits for them. Throws
 * `invalid-input` with the faults, `conflict` when somebody else made one of the datasets meanwhile, and what reading the
 * rows throws.
 */
export async function importDatasets(catalog: Catalog, request: ImportRequest): Promise<ImportOutcome> {
  const { rows, faults, dryRun, findRights } = request;
  return catalog.transact(
    async (queries) => {
      await createStage(queries);
      await stageRows(queries, rows);
      const projects = await listStagedProjects(queries);
      await keepTrees(queries, ...projects);
      await lockPaths(queries, { freely: await hasChosenPaths(queries) });
      const rights = await findRights(projects);
      const { total, known } = await findRowConflicts(queries, faults);
      await noteRefusals(queries, { faults, rights });
      await placeStagedRows(queries, { faults, rights });
      faults.throwIfFound();
      const outcome = { created: total - known, unchanged: known };
      if (dryRun || outcome.created === 0) return outcome;
      const shares = await addStagedRows(queries, outcome.created);
      await tell(queries, shares, request);
      return outcome;
    },
    { timeoutMs: TIMEOUT_MS },
  );
}

async function tell(
  queries: CatalogQueries,
  projects: { project: string; datasets: number; queued: number }[],
  { actor: { name: actor, address } }: ImportRequest,
): Promise<void> {
  for (const { project, datasets } of projects) {
    await recordAudit(queries, { actor, address, action: 'dataset.import', subject: project, detail: { datasets } });
    await announceChange(queries, { project });
  }
  if (projects.some(({ queued }) => queued > 0)) await announceAdmission(queries);
}
