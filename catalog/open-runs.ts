import { Prisma } from './generated/client.ts';
import type { Catalog } from './open-catalog.ts';
import { prepared } from './prepared.ts';
import { insertStatuses, notifyChange, type StatusEvent } from './run-events.ts';
import { workflowIdOf } from '../shared/domain/queue-names.ts';

/** A run that is open, and was started in Temporal. */
export interface StartedRun {
  runId: string;
  datasetId: number;
  workflowId: string;
  temporalRunId: string;
  basePath: string;
  /** The stage that runs or ran last; null before the first. */
  stage: string | null;
  host: string | null;
  leaseNumber: number;
  hostLosses: number;
  heartbeatTimeoutMs: number | null;
  graceMs: number | null;
}

/** Open runs which were started, by their ids, at most `limit`, after that id. */
export async function listStartedRuns(
  { prisma }: Catalog,
  { after, limit }: { after: string | null; limit: number },
): Promise<StartedRun[]> {
  const rows = await prisma.$queryRaw<Omit<StartedRun, 'workflowId'>[]>(prepared`
    SELECT
      run.id AS "runId", run.dataset_id AS "datasetId", run.temporal_run_id AS "temporalRunId",
      dataset.base_path AS "basePath", dataset.stage, run.host, run.lease_number AS "leaseNumber",
      run.host_losses AS "hostLosses", project.heartbeat_timeout_ms AS "heartbeatTimeoutMs",
      project.grace_ms AS "graceMs"
    FROM run
    JOIN dataset ON dataset.item_id = run.dataset_id
    JOIN project ON project.item_id = dataset.project_id
    WHERE run.closed_at IS NULL AND run.kind = 'temporal' AND run.temporal_run_id IS NOT NULL
      AND (${after}::uuid IS NULL OR run.id > ${after}::uuid)
    ORDER BY run.id LIMIT ${limit}::int`);
  return rows.map((row) => ({ ...row, workflowId: workflowIdOf(row.datasetId) }));
}

/** Of some runs, those that are open or were closed less than `graceSeconds` ago. */
export async function findWantedRuns(
  { prisma }: Catalog,
  runIds: string[],
  graceSeconds: number,
): Promise<Set<string>> {
  const rows = await prisma.$queryRaw<{ id: string }[]>(prepared`
    SELECT id FROM run
    WHERE id = ANY (${runIds}::uuid[])
      AND (closed_at IS NULL OR closed_at > now() - ${graceSeconds}::int * interval '1 second')`);
  return new Set(rows.map(({ id }) => id));
}

/**
 * Has a run started again in Temporal, by the control workers, once `delayMs` are over: until then a host that Temporal
 * doesn't tell of may have it. A run that is closed or was started anew meanwhile stays as it is.
 */
export async function restartRun(
  { prisma }: Catalog,
  { runId, temporalRunId }: Pick<StartedRun, 'runId' | 'temporalRunId'>,
  { delayMs, note }: { delayMs: number; note: string },
  statuses: StatusEvent[],
): Promise<void> {
  await prisma.$executeRaw(prepared`
    WITH restarted AS (
      UPDATE run
      SET temporal_run_id = NULL, state = 'waiting', host = NULL, boot = NULL, leases_paused = false,
        start_after = now() + ${delayMs}::int * interval '1 ms',
        -- One that is to be cancelled is closed instead.
        cancel_sent_at = NULL
      WHERE id = ${runId}::uuid AND closed_at IS NULL AND temporal_run_id = ${temporalRunId}
      RETURNING id, dataset_id
    ),
    shown AS (
      UPDATE dataset SET state = 'queued', stage = NULL, host = NULL, reason = ${note}
      FROM restarted WHERE dataset.item_id = restarted.dataset_id AND dataset.open_run_id = restarted.id
    ),
    recorded AS (${insertStatuses(statuses, 'restarted')})
    ${notifyChange(Prisma.sql`run.id IN (SELECT id FROM restarted)`)}`);
}
