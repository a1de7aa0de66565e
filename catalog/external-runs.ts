import type { Diagnostics } from '../shared/domain/diagnostics.ts';
import type { FailureClass } from '../shared/domain/failure-class.ts';
import { statusStage, type BuiltInStage } from '../shared/domain/stage.ts';
import { CrunchError } from '../shared/errors/crunch-error.ts';
import { claimNamedDataset, type ExternalClient } from './external-claims.ts';
import type { Catalog, CatalogQueries } from './open-catalog.ts';
import { closeRun, markExternalProgress, type StatusEvent } from './run-events.ts';
import { readStatus, type StatusRecord } from './statuses.ts';

/** What an external client tells of a dataset. */
export interface ExternalEvent {
  datasetId: number;
  stage: BuiltInStage;
  state: 'START' | 'SUCCESS' | 'FAIL';
  note: string;
  diagnostics: Diagnostics;
}

/** The run of which an external client tells, while it is its own. */
export interface ExternalHold {
  slug: string;
  basePath: string;
  runId: string;
  leaseNumber: number;
  host: string;
  /** SHA-256 of the project's workflow when the run began, null where there was none. */
  workflowSha256: string | null;
}

interface HeldRow extends ExternalHold {
  state: string;
  reason: string | null;
  openRunId: string | null;
  kind: string;
  claimedBy: string | null;
  /** What the client's computer called itself last, empty before it did. */
  hostname: string;
}

const FAILED_BY: Record<BuiltInStage, FailureClass> = { download: 'storage', workflow: 'workflow', upload: 'storage' };

/**
 * Finds the run of which an external client tells, or makes one when the client begins with a dataset that nobody has.
 * An event that was told before gives its status instead. Throws `not-found`, and `conflict` when the dataset is
 * somebody else's or nobody's any more.
 */
export async function holdExternalRun(
  catalog: Catalog,
  client: ExternalClient,
  event: ExternalEvent,
): Promise<ExternalHold | StatusRecord> {
  return catalog.transact(async (queries) => {
    const row = await lockLastRun(queries, event.datasetId);
    if (row.openRunId === null)
      return (await findRepeated(queries, client, event, row)) ?? begin(queries, client, event, row);
    assertOwn(client, event, row);
    const isRestart = isBeginning(event) && (await hasGoneOn(queries, row));
    return { ...pickHold(row), leaseNumber: isRestart ? await renewLease(queries, row) : row.leaseNumber };
  });
}

/**
 * Writes what an external client told of a run that it holds; a failure of any stage closes the run, as does the end of
 * the upload, when the caller has published the results. Throws `conflict` when the run was closed meanwhile.
 */
export async function recordExternalEvent(
  catalog: Catalog,
  client: ExternalClient,
  hold: ExternalHold,
  event: ExternalEvent,
): Promise<StatusRecord> {
  const { runId, leaseNumber } = hold;
  const host = event.diagnostics.hostname || hold.host;
  const told: StatusEvent = { ...event, runId, leaseNumber, host, atMs: Date.now(), actor: client.actor };
  const outcome = outcomeOf(event);
  if (outcome === null) {
    await markExternalProgress(catalog, { runId, host, stage: event.stage }, [told]);
  } else {
    const failureClass = outcome === 'failed' ? FAILED_BY[event.stage] : null;
    const note = event.note === '' && outcome === 'failed' ? `the stage ${event.stage} failed` : event.note || null;
    await closeRun(catalog, { runId, outcome, failureClass, note, hostLosses: 0 }, [told]);
  }
  const { stage, state } = event;
  const row = await catalog.prisma.status.findUniqueOrThrow({
    where: { runId_leaseNumber_stage_state: { runId, leaseNumber, stage: statusStage(stage), state } },
    include: { run: { select: { state: true } } },
  });
  if (row.run?.state !== (outcome ?? 'running')) throw notHeld(hold.slug, row.run?.state ?? 'gone', null);
  return readStatus(row, hold.slug);
}

/** Whether the event is the first of a run. */
export function isBeginning({ stage, state }: ExternalEvent): boolean {
  return stage === 'download' && state === 'START';
}

/** Whether the event is the last of a run, and how it then ends. */
export function outcomeOf({ stage, state }: ExternalEvent): 'completed' | 'failed' | null {
  if (state === 'FAIL') return 'failed';
  return stage === 'upload' && state === 'SUCCESS' ? 'completed' : null;
}

/** The dataset, locked, with its open run, else its last. */
async function lockLastRun(queries: CatalogQueries, datasetId: number): Promise<HeldRow> {
  const [row] = await queries.$queryRaw<HeldRow[]>`
    SELECT
      item.slug, dataset.base_path AS "basePath", dataset.state, dataset.reason, dataset.open_run_id AS "openRunId",
      run.id AS "runId", run.kind, run.claimed_by AS "claimedBy", run.lease_number AS "leaseNumber", run.host,
      revision.sha256 AS "workflowSha256",
      coalesce(
        (SELECT status.hostname FROM status WHERE status.run_id = run.id ORDER BY status.id DESC LIMIT 1), ''
      ) AS hostname
    FROM dataset
    JOIN item ON item.id = dataset.item_id
    LEFT JOIN run ON run.dataset_id = dataset.item_id AND run.number = dataset.run_count
    LEFT JOIN workflow_revision AS revision ON revision.id = run.revision_id
    WHERE dataset.item_id = ${datasetId}
    FOR UPDATE OF dataset`;
  if (!row) throw new CrunchError('not-found', `There is no dataset ${datasetId}.`);
  return row;
}

async function begin(
  queries: CatalogQueries,
  client: ExternalClient,
  event: ExternalEvent,
  { slug, state, reason }: HeldRow,
): Promise<ExternalHold> {
  if (!isBeginning(event)) throw notHeld(slug, state, reason);
  const claimed = await claimNamedDataset(queries, client, event.datasetId);
  if (claimed) return pickHold(await lockLastRun(queries, event.datasetId));
  throw new CrunchError(
    'conflict',
    state === 'paused'
      ? `${slug} is paused; resume it first.`
      : `${slug} can't begin now: its project is paused, or as many of its datasets run as may run at once.`,
  );
}

function assertOwn(client: ExternalClient, { diagnostics }: ExternalEvent, row: HeldRow): void {
  const { slug, state, kind, host, claimedBy, hostname } = row;
  if (kind !== 'external' && state === 'queued') {
    throw new CrunchError(
      'conflict',
      `${slug} is offered to the hosts of Crunch; cancel it first to run it elsewhere.`,
    );
  }
  const isElsewhere = hostname !== '' && diagnostics.hostname !== '' && diagnostics.hostname !== hostname;
  if (kind !== 'external' || claimedBy !== client.id || isElsewhere) {
    throw new CrunchError('conflict', `${slug} is being processed by ${host ?? 'somebody else'}.`);
  }
}

/** A client that was killed and begins anew: what it tells now must not be taken for what it told before. */
async function hasGoneOn(queries: CatalogQueries, { runId, leaseNumber }: ExternalHold): Promise<boolean> {
  const others = { runId, leaseNumber, NOT: { stage: statusStage('download'), state: 'START' } };
  return (await queries.status.count({ where: others })) > 0;
}

async function renewLease(queries: CatalogQueries, { runId }: ExternalHold): Promise<number> {
  const leaseNumber = { increment: 1 };
  const run = await queries.run.update({ where: { id: runId }, data: { leaseNumber } });
  await queries.dataset.update({ where: { itemId: run.datasetId }, data: { leaseNumber: run.leaseNumber } });
  return run.leaseNumber;
}

/** A run's end that is told once more, because the first answer was lost. */
async function findRepeated(
  queries: CatalogQueries,
  client: ExternalClient,
  event: ExternalEvent,
  { slug, kind, claimedBy, runId, leaseNumber }: HeldRow,
): Promise<StatusRecord | undefined> {
  if (kind !== 'external' || claimedBy !== client.id || isBeginning(event)) return undefined;
  const told = { runId, leaseNumber, stage: statusStage(event.stage), state: event.state };
  const row = await queries.status.findUnique({ where: { runId_leaseNumber_stage_state: told } });
  return row ? readStatus(row, slug) : undefined;
}

function pickHold({ slug, basePath, runId, leaseNumber, host, workflowSha256 }: HeldRow): ExternalHold {
  return { slug, basePath, runId, leaseNumber, host, workflowSha256 };
}

function notHeld(slug: string, state: string, reason: string | null): CrunchError {
  const why = reason === null ? '' : `: ${reason}`;
  return new CrunchError(
    'conflict',
    `You don't hold ${slug} (any more): it is ${state}${why}. Begin anew to process it.`,
  );
}
