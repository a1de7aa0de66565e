import { RUN_OUTPUT_BYTES, type OutputLine } from '../shared/domain/run-output.ts';
import type { TransferState } from '../shared/domain/transfer-state.ts';
import { findLease, type LeaseKey, type LeaseStanding } from './lease-tickets.ts';
import { OUTPUT_CHANNEL } from './notifications.ts';
import type { Catalog, CatalogQueries } from './open-catalog.ts';
import { prepared } from './prepared.ts';
import { storableJson, storableText } from './storable-text.ts';

/** What a lease printed, from its line `first` on; the first of all is 0. */
export interface OutputPart extends LeaseKey {
  first: number;
  lines: readonly OutputLine[];
  /** How far a stage is that moves files. */
  transfer?: TransferState;
}

export interface OutputReceived {
  /** How many lines of the lease the catalog has. */
  received: number;
  standing: LeaseStanding;
  /** How many of the run's lines are in the catalog and not in storage. */
  unstored: number;
}

/** A line that is kept. */
export interface OutputLineRecord {
  /** Counts from 1 over all leases of a run. */
  number: number;
  leaseNumber: number;
  at: Date;
  stage: string;
  text: string;
}

/** How much of a run's output there is. */
export interface OutputExtent {
  lineCount: number;
  /** Of these so many, the first ones, lie in storage. */
  storedLines: number;
}

/** For so long a host may send what it could not before. */
const LATE_SECONDS = 24 * 3600;

const LIMIT_REACHED = '[… the run printed more than is kept; what follows is left out …]';

/**
 * Keeps what a lease printed. Lines that came before count once, whoever sends them how often. A lease that another one
 * has followed, or whose run was closed long ago, is `over` and adds nothing.
 */
export async function addOutput(catalog: Catalog, part: OutputPart): Promise<OutputReceived> {
  return catalog.transact(async (queries) => {
    const [known] = await lockOutput(queries, part);
    if (known === undefined) {
      const { standing } = await findLease(catalog, part);
      // Between the two looks the catalog may have heard of the claim.
      return { received: 0, standing: standing === 'over' ? 'over' : 'unknown', unstored: 0 };
    }
    if (part.transfer !== undefined) await setTransfer(queries, part.runId, part.transfer);
    const { lineCount, storedLines, sizeBytes } = known;
    const fresh = part.lines.slice(Math.max(0, known.received - part.first));
    const received = Math.max(known.received, part.first + part.lines.length);
    if (fresh.length === 0) return { received, standing: 'in force', unstored: lineCount - storedLines };
    const kept = withinLimit(fresh, Number(sizeBytes));
    await insertLines(queries, part, { received, before: lineCount, lines: kept });
    return { received, standing: 'in force', unstored: lineCount + kept.length - storedLines };
  });
}

interface LockedOutput extends OutputExtent {
  received: number;
  sizeBytes: bigint;
}

/** One that sends for the first time, or after another one, begins at 0. */
async function lockOutput(queries: CatalogQueries, { runId, leaseNumber, host, boot }: LeaseKey) {
  return queries.$queryRaw<LockedOutput[]>(prepared`
    INSERT INTO run_output AS output (run_id, lease_number, host, boot)
    SELECT run.id, run.lease_number, ${host}, ${boot}
    FROM run LEFT JOIN run_output AS known ON known.run_id = run.id
    WHERE run.id = ${runId}::uuid AND run.lease_number = ${leaseNumber}
      AND coalesce(run.closed_at > now() - ${LATE_SECONDS}::int * interval '1 second', true)
      AND (
        (run.host = ${host} AND run.boot = ${boot})
        -- It was handed back, and nobody has the run yet: who had it is known only if it has sent something.
        OR (
          run.host IS NULL AND (
            known.lease_number IS DISTINCT FROM run.lease_number OR (known.host = ${host} AND known.boot = ${boot})
          )
        )
      )
    ON CONFLICT (run_id) DO UPDATE SET
      received = CASE WHEN output.lease_number = excluded.lease_number THEN output.received ELSE 0 END,
      lease_number = excluded.lease_number, host = excluded.host, boot = excluded.boot
    RETURNING received, line_count AS "lineCount", stored_lines AS "storedLines", size_bytes AS "sizeBytes"`);
}

/** The lines for which there is room, and once that there was none. */
function withinLimit(lines: readonly OutputLine[], sizeBytes: number): readonly OutputLine[] {
  if (sizeBytes >= RUN_OUTPUT_BYTES) return [];
  if (sizeBytes + sizeOf(lines) < RUN_OUTPUT_BYTES) return lines;
  const [{ atMs, stage }] = lines as [OutputLine];
  return [{ atMs, stage, text: LIMIT_REACHED }];
}

async function insertLines(
  queries: CatalogQueries,
  { runId, leaseNumber }: LeaseKey,
  { received, before, lines }: { received: number; before: number; lines: readonly OutputLine[] },
): Promise<void> {
  const isFull = lines.length === 0 || lines[0]?.text === LIMIT_REACHED;
  await queries.$executeRaw(prepared`
    WITH counted AS (
      UPDATE run_output SET
        received = ${received}, line_count = line_count + ${lines.length}::int,
        size_bytes = size_bytes + ${isFull ? RUN_OUTPUT_BYTES : sizeOf(lines)}::bigint
      WHERE run_id = ${runId}::uuid
    ),
    added AS (
      INSERT INTO output_line (run_id, number, lease_number, at, stage, text)
      SELECT ${runId}::uuid, ${before}::int + line.place, ${leaseNumber}, to_timestamp(line.at_ms / 1000.0), line.stage, line.text
      FROM unnest(
        ${lines.map(({ atMs }) => atMs)}::double precision[],
        ${lines.map(({ stage }) => storableText(stage))}::text[],
        ${lines.map(({ text }) => storableText(text))}::text[]
      ) WITH ORDINALITY AS line (at_ms, stage, text, place)
    )
    SELECT pg_notify(${OUTPUT_CHANNEL}, ${runId})`);
}

async function setTransfer(queries: CatalogQueries, runId: string, transfer: TransferState): Promise<void> {
  await queries.$executeRaw(prepared`
    WITH told AS (
      UPDATE run_output SET transfer = ${storableJson(transfer)}::jsonb WHERE run_id = ${runId}::uuid
    )
    SELECT pg_notify(${OUTPUT_CHANNEL}, ${runId})`);
}

function sizeOf(lines: readonly OutputLine[]): number {
  return lines.reduce((sum, { text }) => sum + Buffer.byteLength(text) + 1, 0);
}

/** The slugs of the datasets of some runs, by run; those that don't exist are absent. */
export async function findDatasetsOfRuns(catalog: Catalog, runIds: string[]): Promise<Map<string, string>> {
  const rows = await catalog.prisma.$queryRaw<{ id: string; slug: string }[]>(prepared`
    SELECT run.id, item.slug FROM run JOIN item ON item.id = run.dataset_id WHERE run.id = ANY (${runIds}::uuid[])`);
  return new Map(rows.map(({ id, slug }) => [id, slug]));
}

/** How much a run has printed: nothing, unless its host sent something. */
export async function getOutputExtent(catalog: Catalog, runId: string): Promise<OutputExtent> {
  const [extent] = await catalog.prisma.$queryRaw<OutputExtent[]>(prepared`
    SELECT line_count AS "lineCount", stored_lines AS "storedLines" FROM run_output WHERE run_id = ${runId}::uuid`);
  return extent ?? { lineCount: 0, storedLines: 0 };
}

/** Lines behind the one with the number `after`, of those that are not in storage yet. */
export async function readRecentLines(
  catalog: Catalog,
  runId: string,
  { after, limit }: { after: number; limit: number },
): Promise<OutputLineRecord[]> {
  return catalog.prisma.$queryRaw<OutputLineRecord[]>(prepared`
    SELECT number, lease_number AS "leaseNumber", at, stage, text FROM output_line
    WHERE run_id = ${runId}::uuid AND number > ${after} ORDER BY number LIMIT ${limit}`);
}

/** Lines up to the number `to` are in storage, and from now on nowhere else. A second call changes nothing. */
export async function markStored(catalog: Catalog, runId: string, to: number): Promise<void> {
  await catalog.prisma.$executeRaw(prepared`
    WITH stored AS (
      UPDATE run_output SET stored_lines = ${to} WHERE run_id = ${runId}::uuid AND stored_lines < ${to}
    )
    DELETE FROM output_line WHERE run_id = ${runId}::uuid AND number <= ${to}`);
}
