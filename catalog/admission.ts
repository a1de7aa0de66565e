import type { Engine } from '../shared/domain/engine.ts';
import type { JsonObject } from '../shared/domain/json.ts';
import { DEFAULT_PLAN, type Plan } from '../shared/domain/plan.ts';
import type { LeaseTiming, ProcessDatasetInput } from '../shared/domain/processing.ts';
import { workflowIdOf, type Route } from '../shared/domain/queue-names.ts';
import { Prisma } from './generated/client.ts';
import type { Catalog } from './open-catalog.ts';
import { prepared } from './prepared.ts';

/** What holds for projects that don't say otherwise. */
export interface AdmissionDefaults {
  timing: LeaseTiming;
  freeBytes: number;
}

/** What the Temporal workflow of a run doesn't know yet. */
export interface RunNews {
  workflowId: string;
  runId: string;
  /** The routes on which it should be offered besides those that it has; often none. */
  routes: Route[];
  /** Whether it is to be offered to nobody now, where that has changed. */
  paused: boolean | null;
}

const BATCH = 1000;

/**
 * Admits queued datasets: makes their runs, whose Temporal workflows the caller starts, the most urgent first. At most
 * as many as keep max(64, 4 × live slots) waiting. Several processes may call it at once.
 */
export async function admitDatasets(catalog: Catalog, defaults: AdmissionDefaults): Promise<ProcessDatasetInput[]> {
  const admitted = await catalog.prisma.$queryRaw<{ id: string }[]>(prepared`
    SELECT id FROM admit_datasets(${JSON.stringify(DEFAULT_PLAN)}::jsonb) AS id`);
  if (admitted.length === 0) return [];
  const ids = admitted.map(({ id }) => id);
  return loadInputs(
    catalog,
    defaults,
    Prisma.sql`WHERE run.id = ANY (${ids}::uuid[]) ORDER BY array_position(${ids}::uuid[], run.id)`,
  );
}

/**
 * Runs admitted longer ago than `olderThanMs` that nobody marked as started, since a crash came between, and those that
 * are to be started again. At most 1,000.
 */
export async function unstartedRuns(
  catalog: Catalog,
  { olderThanMs, defaults }: { olderThanMs: number; defaults: AdmissionDefaults },
): Promise<ProcessDatasetInput[]> {
  return loadInputs(
    catalog,
    defaults,
    Prisma.sql`
      WHERE run.closed_at IS NULL AND run.temporal_run_id IS NULL AND run.kind = 'temporal'
        AND coalesce(run.start_after, run.admitted_at + ${olderThanMs} * interval '1 ms') <= now()
      ORDER BY run.admitted_at, run.dataset_id LIMIT ${BATCH}`,
  );
}

/** Notes the Temporal run. Returns false when the run is closed by now, so that its Temporal workflow isn't wanted. */
export async function markRunStarted(catalog: Catalog, runId: string, temporalRunId: string): Promise<boolean> {
  const count = await catalog.prisma.$executeRaw(prepared`
    UPDATE run SET temporal_run_id = ${temporalRunId} WHERE id = ${runId}::uuid AND closed_at IS NULL`);
  return count === 1;
}

/**
 * Open runs whose Temporal workflow lacks news: routes that live hosts serve, where the run waits for a host, or that
 * its project was paused or resumed. They are returned again until `markRunTold` notes that the signals were sent, so
 * that none is lost by a crash. At most 1,000.
 */
export async function runsToTell(catalog: Catalog): Promise<RunNews[]> {
  const rows = await catalog.prisma.$queryRaw<(Omit<RunNews, 'workflowId'> & { datasetId: number })[]>(prepared`
    SELECT
      run.id AS "runId", run.dataset_id AS "datasetId", coalesce(lacking.routes, '{}') AS routes,
      CASE WHEN run.leases_paused <> project.paused THEN project.paused END AS paused
    FROM run
    JOIN dataset ON dataset.item_id = run.dataset_id
    JOIN project ON project.item_id = dataset.project_id
    CROSS JOIN LATERAL (
      SELECT array_agg(route) AS routes
      FROM unnest(dataset_routes(dataset.pinned_host, project.pool, project.item_id)) AS route
      WHERE run.state = 'waiting' AND route <> ALL (run.routes)
        AND EXISTS (SELECT FROM live_host WHERE route = ANY (live_host.routes))
    ) AS lacking
    WHERE run.closed_at IS NULL AND run.temporal_run_id IS NOT NULL
      AND (lacking.routes IS NOT NULL OR run.leases_paused <> project.paused)
    ORDER BY run.admitted_at, run.dataset_id LIMIT ${BATCH}`);
  return rows.map(({ datasetId, ...news }) => ({ workflowId: workflowIdOf(datasetId), ...news }));
}

/** Notes that a run's Temporal workflow was told. A second call changes nothing. */
export async function markRunTold(catalog: Catalog, { runId, routes, paused }: RunNews): Promise<void> {
  await catalog.prisma.$executeRaw`
    UPDATE run
    SET routes = ARRAY(SELECT DISTINCT route FROM unnest(routes || ${routes}::text[]) AS route),
      leases_paused = coalesce(${paused}, leases_paused)
    WHERE id = ${runId}::uuid`;
}

interface InputRow {
  runId: string;
  runNumber: number;
  plan: Plan;
  routes: Route[];
  datasetId: number;
  slug: string;
  basePath: string;
  priority: number;
  lastLeaseNumber: number;
  projectId: number;
  projectSlug: string;
  heartbeatTimeoutMs: number | null;
  graceMs: number | null;
  killGraceMs: number | null;
  freeBytes: bigint | null;
  engine: Engine;
  parameters: JsonObject;
  sha256: string | null;
  format: 'text' | 'tar' | null;
  entry: string | null;
}

async function loadInputs(
  catalog: Catalog,
  defaults: AdmissionDefaults,
  whichRuns: Prisma.Sql,
): Promise<ProcessDatasetInput[]> {
  const rows = await catalog.prisma.$queryRaw<InputRow[]>(prepared`
    SELECT
      run.id AS "runId", run.number AS "runNumber", run.plan, run.routes,
      dataset.item_id AS "datasetId", item.slug, dataset.base_path AS "basePath", dataset.priority,
      dataset.lease_number AS "lastLeaseNumber",
      project.item_id AS "projectId", project_item.slug AS "projectSlug",
      project.heartbeat_timeout_ms AS "heartbeatTimeoutMs", project.grace_ms AS "graceMs",
      project.kill_grace_ms AS "killGraceMs", project.free_bytes AS "freeBytes",
      revision.engine, revision.parameters, revision.sha256, revision.format, revision.entry
    FROM run
    JOIN dataset ON dataset.item_id = run.dataset_id
    JOIN item ON item.id = dataset.item_id
    JOIN project ON project.item_id = dataset.project_id
    JOIN item AS project_item ON project_item.id = project.item_id
    JOIN workflow_revision AS revision ON revision.id = run.revision_id
    ${whichRuns}`);
  return rows.map((row) => toInput(row, defaults));
}

function toInput(row: InputRow, { timing, freeBytes }: AdmissionDefaults): ProcessDatasetInput {
  const { sha256, format, entry } = row;
  return {
    dataset: {
      id: row.datasetId,
      slug: row.slug,
      projectId: row.projectId,
      projectSlug: row.projectSlug,
      basePath: row.basePath,
    },
    runId: row.runId,
    runNumber: row.runNumber,
    plan: row.plan,
    engine: row.engine,
    parameters: row.parameters,
    workflow: sha256 !== null && format !== null && entry !== null ? { sha256, format, entry } : null,
    routes: row.routes,
    priority: row.priority,
    timing: {
      heartbeatTimeoutMs: row.heartbeatTimeoutMs ?? timing.heartbeatTimeoutMs,
      graceMs: row.graceMs ?? timing.graceMs,
      killGraceMs: row.killGraceMs ?? timing.killGraceMs,
    },
    freeBytes: row.freeBytes === null ? freeBytes : Number(row.freeBytes),
    lastLeaseNumber: row.lastLeaseNumber,
  };
}
