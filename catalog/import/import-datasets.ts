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

/** So many new datasets change what PostgreSQL should know of its tables. */
const COUNTS_FROM = 1000;

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
      await allowMuch(queries);
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
      if (outcome.created >= COUNTS_FROM) await countRows(queries);
      return outcome;
    },
    { timeoutMs: TIMEOUT_MS },
  );
}

/** Statements over all rows of an import sort in memory; compiling them to machine code would take longer than it saves. */
async function allowMuch(queries: CatalogQueries): Promise<void> {
  await queries.$executeRaw`SELECT set_config('work_mem', '64MB', true), set_config('jit', 'off', true)`;
}

/**
 * Lets PostgreSQL know at once how many rows there are now. What it would find out within minutes by itself decides whether
 * it reads the next list from an index. The columns are those by which tables are joined and gone through: to count the
 * words of long texts would take minutes. Waits for nobody who does the same; an account that owns no tables leaves it.
 */
async function countRows(queries: CatalogQueries): Promise<void> {
  await queries.$executeRaw`
    ANALYZE (SKIP_LOCKED)
      item (id, parent_id, kind, slug), dataset (item_id, project_id, state, base_path),
      attribute (item_id, type, key, number)`;
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
