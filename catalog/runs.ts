import type { WorkspaceFate } from '../shared/domain/dataset-state.ts';
import type { FailureClass } from '../shared/domain/failure-class.ts';
import type { RunKind } from '../shared/domain/run-kind.ts';
import type { Plan } from '../shared/domain/plan.ts';
import type { TransferState } from '../shared/domain/transfer-state.ts';
import { workflowIdOf } from '../shared/domain/queue-names.ts';
import { CrunchError } from '../shared/errors/crunch-error.ts';
import { IS_UNTAKEN } from './last-standing.ts';
import { locateDataset } from './locate-dataset.ts';
import { Prisma } from './generated/client.ts';
import type { Catalog, CatalogQueries } from './open-catalog.ts';
import { cutPage, decodeCursor, type Page, type PageRequest } from './page.ts';
import { prepared } from './prepared.ts';
import { storableText } from './storable-text.ts';

export type RunState = 'waiting' | 'running' | 'completed' | 'failed' | 'cancelled';

/** One attempt at a dataset. */
export interface RunRecord {
  id: string;
  /** The dataset's slug. */
  dataset: string;
  number: number;
  kind: RunKind;
  state: RunState;
  host: string | null;
  leaseNumber: number;
  hostLosses: number;
  failureClass: FailureClass | null;
  note: string | null;
  /** The number of the project's workflow revision; null where what ran is not known. */
  revision: number | null;
  revisionSha256: string | null;
  plan: Plan;
  /** How far the stage that runs is, if it moves files and has told. */
  transfer: TransferState | null;
  workflowId: string;
  temporalRunId: string | null;
  /** Who asked for it to be cancelled; null where nobody did. */
  cancellation: { by: string; at: Date; reason: string | null; workspace: WorkspaceFate } | null;
  admittedAt: Date;
  startedAt: Date | null;
  closedAt: Date | null;
}

/** The runs of a dataset, newest first. Throws `not-found`. */
export async function listRuns(
  catalog: Catalog,
  slug: string,
  { cursor, limit }: PageRequest,
): Promise<Page<RunRecord>> {
  const before = decodeCursor(cursor, [0])?.[0];
  const { id: datasetId } = await locateDataset(catalog, slug);
  const older = before === undefined ? Prisma.empty : Prisma.sql`AND run.number < ${before}`;
  const records = await selectRuns(
    catalog.prisma,
    Prisma.sql`WHERE run.dataset_id = ${datasetId} ${older} ORDER BY run.number DESC LIMIT ${limit + 1}`,
  );
  return cutPage(records, limit, ({ number }) => [number]);
}

/** Throws `not-found`. */
export async function getRun(catalog: Catalog, id: string): Promise<RunRecord> {
  const [record] = await selectRuns(catalog.prisma, Prisma.sql`WHERE run.id = ${id}::uuid`);
  if (!record) throw new CrunchError('not-found', `There is no run ${id}.`);
  return record;
}

/** Shows why a host can't take a waiting run. Changes nothing once the run is taken or closed. */
export async function noteRefusal(
  catalog: Catalog,
  { runId, host, reason }: { runId: string; host: string; reason: string },
): Promise<void> {
  await catalog.prisma.dataset.updateMany({
    where: { openRunId: runId, openRun: { state: 'waiting' } },
    data: { reason: `${host} can’t take it: ${storableText(reason)}` },
  });
}

export interface EndedLease {
  lease: string;
  /** As the run was closed, or `lost` when another lease has taken this one's place, or the run is gone. */
  outcome: 'completed' | 'failed' | 'cancelled' | 'lost';
}

/** Of some leases, each as `<run id>/<lease number>`, those that have ended. */
export async function findEndedLeases(catalog: Catalog, leases: string[]): Promise<EndedLease[]> {
  if (leases.length === 0) return [];
  return catalog.prisma.$queryRaw<EndedLease[]>(prepared`
    SELECT
      asked.lease,
      CASE WHEN run.closed_at IS NOT NULL AND run.lease_number <= asked.number THEN run.state ELSE 'lost' END AS outcome
    FROM (
      SELECT lease, split_part(lease, '/', 1)::uuid AS run_id, split_part(lease, '/', 2)::int AS number
      FROM unnest(${leases}::text[]) AS lease
    ) AS asked
    LEFT JOIN run ON run.id = asked.run_id
    WHERE run.id IS NULL OR run.closed_at IS NOT NULL OR run.lease_number > asked.number
      -- The lease was written down, and then the run went back to the queue.
      OR (run.lease_number = asked.number AND run.state = 'waiting')`);
}

/** The open run of a dataset, else the last that was not cancelled before a host took it, else the last. */
export async function findLastRun(catalog: Catalog, slug: string): Promise<RunRecord | undefined> {
  const [row] = await catalog.prisma.$queryRaw<RunRow[]>(prepared`${selectLastRun(slug)}`);
  return row && readRun(row);
}

/** The run of a dataset with that number. */
export async function findRunByNumber(catalog: Catalog, slug: string, number: number): Promise<RunRecord | undefined> {
  const which = Prisma.sql`WHERE item.slug = ${slug} AND run.number = ${number}`;
  return (await selectRuns(catalog.prisma, which))[0];
}

/** The query for the run that `findLastRun` finds. */
export function selectLastRun(slug: string): Prisma.Sql {
  return runsQuery(Prisma.sql`WHERE item.slug = ${slug} ORDER BY ${IS_UNTAKEN}, run.number DESC LIMIT 1`);
}

async function selectRuns(queries: CatalogQueries, which: Prisma.Sql): Promise<RunRecord[]> {
  const rows = await queries.$queryRaw<RunRow[]>(prepared`${runsQuery(which)}`);
  return rows.map(readRun);
}

type RunTimes = 'admittedAt' | 'startedAt' | 'closedAt' | 'cancellation';

/** A run's row, as PostgreSQL gives it by itself or as JSON. */
export type RunRow = Omit<RunRecord, 'workflowId' | RunTimes> & {
  datasetId: number;
  admittedAt: Date | string;
  startedAt: Date | string | null;
  closedAt: Date | string | null;
  cancelledAt: Date | string | null;
  cancelledBy: string | null;
  cancelReason: string | null;
  workspaceFate: WorkspaceFate | null;
};

export function readRun(read: RunRow): RunRecord {
  const { datasetId, admittedAt, startedAt, closedAt, cancelledAt, cancelledBy: by, ...rest } = read;
  const { cancelReason: reason, workspaceFate: workspace, ...row } = rest;
  const isAsked = cancelledAt !== null && by !== null && workspace !== null;
  return {
    ...row,
    cancellation: isAsked ? { by, at: new Date(cancelledAt), reason, workspace } : null,
    workflowId: workflowIdOf(datasetId),
    admittedAt: new Date(admittedAt),
    startedAt: startedAt === null ? null : new Date(startedAt),
    closedAt: closedAt === null ? null : new Date(closedAt),
  };
}

function runsQuery(which: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`
    SELECT
      run.id, run.dataset_id AS "datasetId", item.slug AS dataset, run.number, run.kind, run.state,
      run.host,
      run.lease_number AS "leaseNumber", run.host_losses AS "hostLosses", run.failure_class AS "failureClass", run.note,
      revision.number AS revision, revision.sha256 AS "revisionSha256", run.plan,
      CASE WHEN run.state = 'running' AND output.lease_number = run.lease_number
        AND output.transfer ->> 'stage' = (SELECT stage FROM dataset WHERE dataset.item_id = run.dataset_id)
        THEN output.transfer END AS transfer,
      run.temporal_run_id AS "temporalRunId", run.admitted_at AS "admittedAt", run.started_at AS "startedAt",
      run.closed_at AS "closedAt", run.cancelled_at AS "cancelledAt", run.cancelled_by AS "cancelledBy",
      run.cancel_reason AS "cancelReason", run.workspace_fate AS "workspaceFate"
    FROM run
    JOIN item ON item.id = run.dataset_id
    LEFT JOIN workflow_revision AS revision ON revision.id = run.revision_id
    LEFT JOIN run_output AS output ON output.run_id = run.id
    ${which}`;
}

/** Whether a run is one of the dataset's. */
export async function isRunOfDataset(catalog: Catalog, datasetId: number, id: string): Promise<boolean> {
  return (await catalog.prisma.run.count({ where: { id, datasetId } })) > 0;
}
