import type { DatasetAction } from '../shared/domain/dataset-state.ts';
import type { FilterField } from '../shared/domain/filter/filter-fields.ts';
import type { FilterTree } from '../shared/domain/filter/filter-tree.ts';
import { subjectsOf } from '../shared/domain/filter/subjects-of.ts';
import type { JsonObject } from '../shared/domain/json.ts';
import type { RunKind } from '../shared/domain/run-kind.ts';
import { projectSlugOf } from '../shared/domain/slug.ts';
import { workflowIdOf } from '../shared/domain/queue-names.ts';
import { hasRight, seesDataset } from './access.ts';
import { announceAdmission, announceCancellation, announceChange } from './announce.ts';
import { recordAudit, type Actor } from './audit.ts';
import { describeCancellation, markCancelled, type CancelWish } from './cancellations.ts';
import {
  describeOutcome,
  statesFor,
  type ActionOutcome,
  type DatasetSelection,
  type SelectedRow,
} from './dataset-selection.ts';
import { compileFilter } from './filter/compile-filter.ts';
import { DATASET_JOINS } from './filter/dataset-columns.ts';
import type { FilterContext } from './filter/field-condition.ts';
import { resolveProjects } from './filter/resolve-projects.ts';
import { Prisma } from './generated/client.ts';
import { lastStanding } from './last-standing.ts';
import type { Catalog, CatalogQueries } from './open-catalog.ts';

/** So many datasets are named by one event of the audit log; all are counted. */
const MOST_NAMED = 1000;

/** A run that has to be cancelled, in Temporal unless it is an external one. */
export interface OpenRun {
  slug: string;
  datasetId: number;
  runId: string;
  workflowId: string;
  /** Null when it was admitted but not started yet. */
  temporalRunId: string | null;
  kind: RunKind;
}

/** Queues drafts, and lets go of those that are held. */
export async function queueDatasets(
  catalog: Catalog,
  selection: DatasetSelection,
  actor: Actor,
): Promise<ActionOutcome> {
  return putInQueue(catalog, 'queue', selection, actor);
}

/** Queues settled datasets again; completed ones only by name, by state, or by a filter that speaks of states. */
export async function retryDatasets(
  catalog: Catalog,
  selection: DatasetSelection,
  actor: Actor,
): Promise<ActionOutcome> {
  return putInQueue(catalog, 'retry', selection, actor);
}

/**
 * Cancels those without an open run at once: each is again what its last run left, and one that has none is cancelled.
 * Of the others the open runs are marked, which a control worker then cancels in Temporal; their end will settle them.
 * They are returned, too. `items` holds both.
 */
export async function cancelDatasets(
  catalog: Catalog,
  selection: DatasetSelection,
  wish: CancelWish,
  actor: Actor,
): Promise<ActionOutcome & { openRuns: OpenRun[] }> {
  const { name: by } = actor;
  const untaken = describeCancellation({ by, reason: wish.reason }, 'cancelled before it ran');
  const former = lastStanding(Prisma.sql`dataset.item_id`);
  const change = Prisma.sql`
    (state, stage, host, reason) = (
      SELECT coalesce(former.state, 'cancelled'), former.stage, former.host,
        CASE WHEN former.state IS NULL THEN ${untaken} ELSE former.reason END
      FROM (VALUES (1)) AS one LEFT JOIN LATERAL (${former}) AS former ON true
    )`;
  const deed = { change, markRuns: markCancelled(wish, by), detail: { ...wish } };
  const rows = await act(catalog, 'cancel', selection, deed, actor);
  const openRuns = rows.flatMap(({ id, slug, runId, temporalRunId, kind, fits }) =>
    fits && runId !== null ? [{ slug, datasetId: id, runId, workflowId: workflowIdOf(id), temporalRunId, kind }] : [],
  );
  return { ...describeOutcome('cancel', selection, rows), openRuns };
}

async function putInQueue(
  catalog: Catalog,
  action: 'queue' | 'retry',
  selection: DatasetSelection,
  actor: Actor,
): Promise<ActionOutcome> {
  const change = Prisma.sql`
    state = 'queued', queued_at = now(), pinned_host = ${selection.host ?? null}, stage = NULL, host = NULL,
    reason = NULL, held = false`;
  return describeOutcome(action, selection, await act(catalog, action, selection, { change }, actor));
}

/** What an action does. */
interface Deed {
  /** To the datasets which it is for. */
  change: Prisma.Sql;
  /** To the open runs of those that have one. */
  markRuns?: Prisma.Sql;
  /** What else the audit log has of it. */
  detail?: JsonObject;
}

/** Selects, locks and changes in one statement, so that what is reported is what was changed. */
async function act(
  catalog: Catalog,
  action: DatasetAction,
  selection: DatasetSelection,
  { change, markRuns, detail }: Deed,
  actor: Actor,
): Promise<SelectedRow[]> {
  const named = selection.datasets;
  return catalog.transact(async (queries) => {
    const fits = passes(action, selection, {
      projects: await resolveProjects(queries, selection.filter),
      access: selection.access,
    });
    const rows = await queries.$queryRaw<SelectedRow[]>`
      WITH selected AS (
        SELECT
          dataset.item_id AS id, item.slug, dataset.state, dataset.open_run_id, dataset.project_id,
          ${fits} AS fits, ${seesDataset(selection.access)} AS is_seen,
          ${isAllowed(selection)} AS is_allowed,
          dataset.archived_at IS NOT NULL OR project.archived_at IS NOT NULL AS archived
        FROM dataset
        JOIN project ON project.item_id = dataset.project_id
        ${DATASET_JOINS}
        WHERE ${named.length > 0 ? Prisma.sql`item.slug = ANY (${named})` : fits}
        ORDER BY dataset.item_id
        -- Who archives the project waits, and is waited for.
        FOR UPDATE OF dataset FOR SHARE OF project
      ),
      changed AS (
        UPDATE dataset SET ${change}
        FROM selected
        WHERE dataset.item_id = selected.id AND selected.fits AND NOT ${selection.dryRun}
          AND (selected.open_run_id IS NULL OR ${action === 'queue'})
      )
      ${markRuns && !selection.dryRun ? Prisma.sql`, marked AS (${markRuns})` : Prisma.empty}
      SELECT
        selected.id, selected.slug, selected.state, selected.fits, selected.archived,
        selected.is_seen AS "isSeen", selected.is_allowed AS "isAllowed",
        run.id AS "runId", run.temporal_run_id AS "temporalRunId", run.kind
      FROM selected LEFT JOIN run ON run.id = selected.open_run_id
      ORDER BY selected.id`;
    const slugs = rows.filter((row) => row.fits).map(({ slug }) => slug);
    if (slugs.length > 0 && !selection.dryRun) await conclude(queries, action, selection, { slugs, detail }, actor);
    return rows;
  });
}

async function conclude(
  queries: CatalogQueries,
  action: DatasetAction,
  { datasets, projects, pools, states, filter }: DatasetSelection,
  { slugs, detail }: { slugs: string[]; detail?: JsonObject },
  actor: Actor,
): Promise<void> {
  const { name, address } = actor;
  for (const [project, own] of byProject(slugs)) {
    await recordAudit(queries, {
      ...{ actor: name, address, action: `dataset.${action}` },
      // What is told of one by its name can be found by it.
      subject: own.length === 1 ? own.join('') : project,
      detail: {
        count: own.length,
        datasets: own.slice(0, MOST_NAMED),
        asked: { datasets: datasets.length, projects, pools, states, ...(filter && { filter }) },
        ...detail,
      },
    });
    // One word for each project: a thousand for a thousand datasets would help nobody.
    await announceChange(queries, { project });
  }
  await announceAdmission(queries);
  if (action === 'cancel') await announceCancellation(queries);
}

function byProject(slugs: string[]): Map<string, string[]> {
  const projects = new Map<string, string[]>();
  for (const slug of slugs) {
    const project = projectSlugOf(slug);
    const own = projects.get(project);
    if (own === undefined) projects.set(project, [slug]);
    else own.push(slug);
  }
  return projects;
}

/** Whether the selection's filters, and the action's own, let a dataset pass. */
function passes(action: DatasetAction, selection: DatasetSelection, context: FilterContext): Prisma.Sql {
  const { datasets, projects, pools, states, filter, includeHeld } = selection;
  const conditions = [Prisma.sql`dataset.state = ANY (${statesFor(action, selection)})`, isAllowed(selection)];
  if (action !== 'cancel') {
    conditions.push(Prisma.sql`dataset.archived_at IS NULL AND project.archived_at IS NULL`);
  }
  if (projects.length + pools.length > 0) {
    conditions.push(Prisma.sql`(project_item.slug = ANY (${projects}) OR project.pool = ANY (${pools}))`);
  }
  if (states.length > 0) conditions.push(Prisma.sql`dataset.state = ANY (${states})`);
  if (filter) conditions.push(compileFilter(filter, context));
  if (datasets.length === 0) {
    if (action === 'queue' && !includeHeld && !speaksOf(filter, 'held')) conditions.push(Prisma.sql`NOT dataset.held`);
    // Who asks for a project to be tried again means what went wrong in it.
    if (action === 'retry' && states.length === 0 && !speaksOf(filter, 'state')) {
      conditions.push(Prisma.sql`dataset.state <> 'completed'`);
    }
  }
  return Prisma.sql`(${Prisma.join(conditions, ' AND ')})`;
}

function isAllowed({ access, right }: DatasetSelection): Prisma.Sql {
  return hasRight(access, right, Prisma.sql`dataset.project_id`);
}

function speaksOf(filter: FilterTree | undefined, field: FilterField): boolean {
  return filter !== undefined && subjectsOf(filter).some((subject) => 'field' in subject && subject.field === field);
}
