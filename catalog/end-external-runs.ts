import { formatSeconds } from '../shared/domain/format-time.ts';
import { EXTERNAL_TIMEOUT_SECONDS } from '../shared/domain/run-kind.ts';
import { describeCancellation, findCancellation } from './cancellations.ts';
import { Prisma } from './generated/client.ts';
import type { Catalog } from './open-catalog.ts';
import { closeRun, requeueLostRun, type StatusEvent } from './run-events.ts';
import type { StatusState } from '../shared/domain/stage.ts';

/** An open run of an external client. */
interface ExternalRunRow {
  runId: string;
  datasetId: number;
  leaseNumber: number;
  /** The stage of which its client told last. */
  stage: string;
  host: string;
  timeoutSeconds: number;
}

const BATCH = 1000;

/**
 * Puts datasets back into the queue whose external clients have told nothing for too long. Returns in how many
 * milliseconds the next client's time is over; null while there is none. Several processes may call it at once.
 */
export async function requeueSilentRuns(catalog: Catalog): Promise<number | null> {
  const silent = await selectOpenRuns(catalog, Prisma.sql`run.deadline_at <= now()`);
  for (const run of silent) {
    const { runId, host, timeoutSeconds } = run;
    const note = `no status came from ${host} within ${formatSeconds(timeoutSeconds)}`;
    await requeueLostRun(catalog, { runId, note }, [eventOf(run, 'LOST', note)]);
  }
  const [next] = await catalog.prisma.$queryRaw<{ inMs: number | null }[]>`
    SELECT (extract(epoch FROM min(deadline_at) - now()) * 1000)::float AS "inMs"
    FROM run WHERE kind = 'external' AND closed_at IS NULL`;
  return next?.inMs ?? null;
}

/** Closes an external client's run as cancelled. A closed run stays as it was closed. */
export async function cancelExternalRun(catalog: Catalog, runId: string): Promise<void> {
  const [run] = await selectOpenRuns(catalog, Prisma.sql`run.id = ${runId}::uuid`);
  if (!run) return;
  const words = describeCancellation(await findCancellation(catalog, runId));
  const note = `${words}; ${run.host} can’t be told so, but what it tells from now on is refused`;
  const end = { runId, outcome: 'cancelled', failureClass: 'cancelled', note, hostLosses: 0 } as const;
  await closeRun(catalog, end, [eventOf(run, 'CANCELLED', words)]);
}

function selectOpenRuns(catalog: Catalog, which: Prisma.Sql): Promise<ExternalRunRow[]> {
  return catalog.prisma.$queryRaw<ExternalRunRow[]>`
    SELECT
      run.id AS "runId", run.dataset_id AS "datasetId", run.lease_number AS "leaseNumber", dataset.stage, run.host,
      coalesce(project.external_timeout_seconds, ${EXTERNAL_TIMEOUT_SECONDS}) AS "timeoutSeconds"
    FROM run
    JOIN dataset ON dataset.item_id = run.dataset_id
    JOIN project ON project.item_id = dataset.project_id
    WHERE run.kind = 'external' AND run.closed_at IS NULL AND ${which}
    ORDER BY run.deadline_at LIMIT ${BATCH}`;
}

function eventOf(run: ExternalRunRow, state: StatusState, note: string): StatusEvent {
  const { runId, datasetId, leaseNumber, stage, host } = run;
  return { runId, datasetId, leaseNumber, stage, host, state, note, atMs: Date.now(), diagnostics: null };
}
