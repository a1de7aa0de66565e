import type { Diagnostics } from '../shared/domain/diagnostics.ts';
import type { FailureClass } from '../shared/domain/failure-class.ts';
import { EXTERNAL_TIMEOUT_SECONDS } from '../shared/domain/run-kind.ts';
import { statusStage, type StatusState } from '../shared/domain/stage.ts';
import { replaceFiles, type Publication } from './files.ts';
import { Prisma } from './generated/client.ts';
import { lastStanding, REASON_MAX_LENGTH } from './last-standing.ts';
import { ADMISSION_CHANNEL, CANCELLATION_CHANNEL, CHANGE_CHANNEL } from './notifications.ts';
import type { Catalog } from './open-catalog.ts';
import { prepared } from './prepared.ts';
import { storableJson, storableText } from './storable-text.ts';

/** Something that happened to a stage of a run. */
export interface StatusEvent {
  datasetId: number;
  runId: string;
  leaseNumber: number;
  /** The stage's name in the plan. */
  stage: string;
  state: StatusState;
  note: string;
  /** When it happened: milliseconds since 1970 by the Temporal server's clock. */
  atMs: number;
  host: string | null;
  diagnostics: Diagnostics | null;
  /** Who told it, where that was not a control worker. */
  actor?: string;
}

export interface RunClaim {
  runId: string;
  host: string;
  boot: string;
  leaseNumber: number;
  /** The stage that runs. */
  stage: string;
}

export interface RunWait {
  runId: string;
  /** One sentence: why it waits. */
  reason: string;
  hostLosses: number;
}

export interface RunEnd {
  runId: string;
  outcome: 'completed' | 'failed' | 'cancelled';
  failureClass: FailureClass | null;
  /** Its first line becomes the dataset's reason. */
  note: string | null;
  hostLosses: number;
  /** When a silent host has ended what it may still run of it: milliseconds since 1970. Until then nobody gets the dataset. */
  quietAtMs?: number;
  /** What it published, if it did. */
  publication?: Publication;
}

/** An external client goes on with a run. */
export interface ExternalProgress {
  runId: string;
  host: string;
  stage: string;
}

// Each function here is one statement, and so one round trip and one transaction.

/**
 * A host has taken a run, or goes on with it: the run and its dataset are running. A closed run stays closed, and a
 * lease that was lost stays lost. A second call changes nothing.
 */
export async function markRunClaimed(
  catalog: Catalog,
  { runId, host, boot, leaseNumber, stage }: RunClaim,
  statuses: StatusEvent[] = [],
): Promise<void> {
  await catalog.prisma.$executeRaw(prepared`
    WITH claimed AS (
      UPDATE run
      SET state = 'running', host = ${host}, boot = ${boot}, lease_number = ${leaseNumber},
        started_at = coalesce(started_at, now())
      WHERE id = ${runId}::uuid AND closed_at IS NULL
        AND (lease_number < ${leaseNumber} OR (lease_number = ${leaseNumber} AND state = 'running'))
      RETURNING id, dataset_id
    ),
    shown AS (
      UPDATE dataset
      SET state = 'running', stage = ${stage}, host = ${host}, reason = NULL, lease_number = ${leaseNumber}
      FROM claimed WHERE dataset.item_id = claimed.dataset_id AND dataset.open_run_id = claimed.id
    ),
    recorded AS (${insertStatuses(statuses)})
    ${notifyChange(Prisma.sql`run.id = ${runId}::uuid`)}`);
}

/**
 * A run is without a host and waits for one: its dataset is queued, with a reason. A closed run stays closed. A second
 * call changes nothing.
 */
export async function markRunWaiting(
  catalog: Catalog,
  { runId, reason, hostLosses }: RunWait,
  statuses: StatusEvent[] = [],
): Promise<void> {
  await catalog.prisma.$executeRaw(prepared`
    WITH waiting AS (
      UPDATE run SET state = 'waiting', host = NULL, boot = NULL, host_losses = ${hostLosses}
      WHERE id = ${runId}::uuid AND closed_at IS NULL
      RETURNING id, dataset_id
    ),
    shown AS (
      UPDATE dataset SET state = 'queued', stage = NULL, host = NULL, reason = ${storableText(reason)}
      FROM waiting WHERE dataset.item_id = waiting.dataset_id AND dataset.open_run_id = waiting.id
    ),
    recorded AS (${insertStatuses(statuses)})
    ${notifyChange(Prisma.sql`run.id = ${runId}::uuid`)}`);
}

/**
 * An external client has told of its run, and has its time once more to tell of it again. A closed run stays closed, and
 * nothing is recorded of it.
 */
export async function markExternalProgress(
  catalog: Catalog,
  { runId, host, stage }: ExternalProgress,
  statuses: StatusEvent[],
): Promise<void> {
  await catalog.prisma.$executeRaw`
    WITH told AS (
      UPDATE run
      SET host = ${host}, deadline_at = now() + coalesce(
        (SELECT external_timeout_seconds FROM project JOIN dataset ON dataset.project_id = project.item_id
          WHERE dataset.item_id = run.dataset_id),
        ${EXTERNAL_TIMEOUT_SECONDS}
      ) * interval '1 second'
      WHERE id = ${runId}::uuid AND closed_at IS NULL
      RETURNING id, dataset_id
    ),
    shown AS (
      UPDATE dataset SET stage = ${stage}, host = ${host}
      FROM told WHERE dataset.item_id = told.dataset_id AND dataset.open_run_id = told.id
    ),
    recorded AS (${insertStatuses(statuses, 'told')})
    ${notifyChange(Prisma.sql`run.id IN (SELECT id FROM told)`)}`;
}

/**
 * An external client has told nothing for too long: its run is closed as failed, and the dataset is queued again. A
 * second call changes nothing, nor does one that comes when the client has told something after all.
 */
export async function requeueLostRun(
  catalog: Catalog,
  { runId, note }: { runId: string; note: string },
  statuses: StatusEvent[],
): Promise<void> {
  await catalog.prisma.$executeRaw`
    WITH lost AS (
      UPDATE run SET state = 'failed', failure_class = 'host', note = ${note}, closed_at = now()
      WHERE id = ${runId}::uuid AND closed_at IS NULL AND deadline_at <= now()
      RETURNING id, dataset_id
    ),
    shown AS (
      UPDATE dataset
      SET state = 'queued', queued_at = now(), stage = NULL, host = NULL, open_run_id = NULL, reason = ${`${note}; it is queued again`}
      FROM lost WHERE dataset.item_id = lost.dataset_id AND dataset.open_run_id = lost.id
    ),
    recorded AS (${insertStatuses(statuses, 'lost')})
    ${notifyChange(Prisma.sql`run.id IN (SELECT id FROM lost)`)}
    UNION ALL
    SELECT pg_notify(${ADMISSION_CHANNEL}, '') FROM lost`;
}

/**
 * Closes a run, records what it published, and settles its dataset: as the run ended, or as the run before it did where
 * this one is cancelled before a host took it. One that completes although somebody cancelled it says so. A closed run stays as it was closed, so a second call changes nothing.
 */
export async function closeRun(
  catalog: Catalog,
  { runId, outcome, failureClass, note, hostLosses, quietAtMs, publication }: RunEnd,
  statuses: StatusEvent[] = [],
): Promise<void> {
  const kept = note === null ? null : storableText(note);
  const reason = kept === null ? null : firstLine(kept);
  await catalog.prisma.$executeRaw(prepared`
    WITH closed AS (
      UPDATE run
      SET state = ${outcome}, failure_class = ${failureClass}, host_losses = ${hostLosses}, closed_at = now(),
        note = coalesce(
          ${kept},
          CASE ${outcome} WHEN 'completed' THEN 'cancelled too late by ' || cancelled_by || ': its results were being published' END
        )
      WHERE id = ${runId}::uuid AND closed_at IS NULL
      RETURNING id, dataset_id, started_at, note
    ),
    settled AS (
      UPDATE dataset
      SET state = coalesce(former.state, ${outcome}), open_run_id = NULL,
        quiet_at = greatest(dataset.quiet_at, to_timestamp(${quietAtMs ?? null}::float8 / 1000)),
        stage = coalesce(former.stage, dataset.stage), host = coalesce(former.host, dataset.host),
        reason = CASE WHEN former.state IS NULL THEN coalesce(${reason}, closed.note) ELSE former.reason END
      FROM closed
      LEFT JOIN LATERAL (${lastStanding(Prisma.sql`closed.dataset_id`)}) AS former
        ON ${outcome === 'cancelled'} AND closed.started_at IS NULL
      WHERE dataset.item_id = closed.dataset_id AND dataset.open_run_id = closed.id
    ),
    ${publication ? Prisma.sql`${replaceFiles(runId, publication)},` : Prisma.empty}
    recorded AS (${insertStatuses(statuses)})
    ${notifyChange(Prisma.sql`run.id IN (SELECT id FROM closed)`)}
    UNION ALL
    SELECT pg_notify(${ADMISSION_CHANNEL}, '') FROM closed
    UNION ALL
    SELECT pg_notify(${CANCELLATION_CHANNEL}, '') FROM closed WHERE ${quietAtMs !== undefined}`);
}

function firstLine(text: string): string {
  return text.trimStart().split('\n', 1).join('').slice(0, REASON_MAX_LENGTH);
}

/** Tells listeners that the datasets of some runs changed. */
export function notifyChange(whichRuns: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`
    SELECT pg_notify(${CHANGE_CHANNEL}, json_build_object('dataset', item.slug, 'project', project.slug)::text)
    FROM run
    JOIN item ON item.id = run.dataset_id
    JOIN item AS project ON project.id = item.parent_id
    WHERE ${whichRuns}`;
}

/** Records events of the runs that the part `runs` of the statement names. */
export function insertStatuses(
  statuses: StatusEvent[],
  runs: 'run' | 'told' | 'lost' | 'restarted' = 'run',
): Prisma.Sql {
  return Prisma.sql`
    INSERT INTO status (
      dataset_id, run_id, lease_number, stage, state, note, at, host, actor,
      agent_user, version, revision, system, system_release, system_version, machine, hostname,
      ip_address, mac_address, memory_total, memory_free, disk_total, disk_free
    )
    SELECT
      run.dataset_id, run.id, event.lease_number, event.stage, event.state, event.note,
      to_timestamp(event.at_ms / 1000.0), event.host, event.actor,
      coalesce(told."agentUser", ''), coalesce(told.version, ''), coalesce(told.revision, ''),
      coalesce(told.system, ''), coalesce(told."systemRelease", ''), coalesce(told."systemVersion", ''),
      coalesce(told.machine, ''), coalesce(told.hostname, ''),
      coalesce(told."ipAddress", ''), coalesce(told."macAddress", ''),
      told."memoryTotal", told."memoryFree", told."diskTotal", told."diskFree"
    FROM jsonb_to_recordset(${storableJson(statuses.map(toRow))}::jsonb) AS event (
      place int, run_id uuid, lease_number int, stage text, state text, note text, at_ms double precision, host text,
      actor text, diagnostics jsonb
    )
    JOIN ${Prisma.raw(runs)} AS run ON run.id = event.run_id
    CROSS JOIN LATERAL jsonb_to_record(coalesce(event.diagnostics, '{}')) AS told (
      "agentUser" text, version text, revision text, system text, "systemRelease" text, "systemVersion" text,
      machine text, hostname text, "ipAddress" text, "macAddress" text,
      "memoryTotal" numeric, "memoryFree" numeric, "diskTotal" numeric, "diskFree" numeric
    )
    ORDER BY event.place
    ON CONFLICT (run_id, lease_number, stage, state) DO NOTHING`;
}

function toRow(status: StatusEvent, place: number) {
  return {
    place,
    run_id: status.runId,
    lease_number: status.leaseNumber,
    stage: statusStage(status.stage),
    state: status.state,
    note: status.note,
    at_ms: status.atMs,
    host: status.host,
    actor: status.actor,
    diagnostics: status.diagnostics ?? undefined,
  };
}
