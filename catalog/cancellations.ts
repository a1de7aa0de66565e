import type { WorkspaceFate } from '../shared/domain/dataset-state.ts';
import { workflowIdOf } from '../shared/domain/queue-names.ts';
import { Prisma } from './generated/client.ts';
import { ADMISSION_CHANNEL } from './notifications.ts';
import type { Catalog } from './open-catalog.ts';
import { closeRun } from './run-events.ts';

/** Why somebody cancels, and what is to become of workspaces. */
export interface CancelWish {
  reason: string | null;
  workspace: WorkspaceFate;
}

/** That somebody asked for a run to be cancelled. */
export interface Cancellation {
  by: string;
  reason: string | null;
}

/** A cancellation of which Temporal was not told yet. */
export interface UnsentCancellation {
  runId: string;
  workflowId: string;
  /** Null for a run that Temporal doesn't know either. */
  temporalRunId: string | null;
}

const BATCH = 1000;

/** What to say of something that was cancelled; `what` begins with that word, and what else there is follows a semicolon. */
export function describeCancellation(cancellation: Cancellation | null, what = 'cancelled'): string {
  if (cancellation === null) return what;
  const { by, reason } = cancellation;
  const [deed = '', ...more] = what.split('; ');
  const told = `${deed.replace(/^cancelled/, `cancelled by ${by}`)}${reason === null ? '' : `: ${reason}`}`;
  return [told, ...more].join('; ');
}

/** Null where nobody asked for it by us: Temporal has a UI of its own. */
export async function findCancellation(catalog: Catalog, runId: string): Promise<Cancellation | null> {
  const run = await catalog.prisma.run.findUnique({
    where: { id: runId },
    select: { cancelledBy: true, cancelReason: true },
  });
  const by = run?.cancelledBy ?? null;
  return by === null ? null : { by, reason: run?.cancelReason ?? null };
}

/** Closes a run of which nothing runs, as cancelled. A closed run stays as it was closed. */
export async function closeCancelled(catalog: Catalog, runId: string): Promise<void> {
  const note = describeCancellation(await findCancellation(catalog, runId), 'cancelled while nothing of it ran');
  await closeRun(catalog, { runId, outcome: 'cancelled', failureClass: 'cancelled', note, hostLosses: 0 });
}

/** Those of open runs, the oldest first; at most 1,000. They are returned again until `markCancellationSent`. */
export async function unsentCancellations(catalog: Catalog): Promise<UnsentCancellation[]> {
  const rows = await catalog.prisma.$queryRaw<(Omit<UnsentCancellation, 'workflowId'> & { datasetId: number })[]>`
    SELECT id AS "runId", dataset_id AS "datasetId", temporal_run_id AS "temporalRunId" FROM run
    WHERE cancelled_at IS NOT NULL AND cancel_sent_at IS NULL AND closed_at IS NULL AND kind = 'temporal'
    ORDER BY cancelled_at LIMIT ${BATCH}`;
  return rows.map(({ datasetId, ...row }) => ({ ...row, workflowId: workflowIdOf(datasetId) }));
}

export async function markCancellationSent(catalog: Catalog, runId: string): Promise<void> {
  await catalog.prisma.$executeRaw`UPDATE run SET cancel_sent_at = now() WHERE id = ${runId}::uuid`;
}

/**
 * Lets go of datasets whose silent hosts have ended by now what they may have run. Returns in how many milliseconds the
 * next is free; null when there is none.
 */
export async function releaseQuiet(catalog: Catalog): Promise<number | null> {
  const [next] = await catalog.prisma.$queryRaw<{ inMs: number | null }[]>`
    WITH released AS (
      UPDATE dataset SET quiet_at = NULL WHERE quiet_at <= now() RETURNING item_id
    ),
    told AS (SELECT pg_notify(${ADMISSION_CHANNEL}, '') FROM (SELECT FROM released LIMIT 1) AS one)
    SELECT (extract(epoch FROM min(quiet_at) - now()) * 1000)::float8 AS "inMs"
    FROM dataset WHERE quiet_at > now() AND (SELECT count(*) FROM told) >= 0`;
  return next?.inMs ?? null;
}

/** Notes that the open runs of `selected`, where it fits, are to be cancelled; who asked first is who cancels them. */
export function markCancelled({ reason, workspace }: CancelWish, by: string): Prisma.Sql {
  return Prisma.sql`
    UPDATE run
    SET cancelled_at = coalesce(run.cancelled_at, now()), cancelled_by = coalesce(run.cancelled_by, ${by}),
      cancel_reason = CASE WHEN run.cancelled_at IS NULL THEN ${reason} ELSE run.cancel_reason END,
      workspace_fate = ${workspace}, cancel_sent_at = NULL
    FROM selected WHERE run.id = selected.open_run_id AND selected.fits`;
}
