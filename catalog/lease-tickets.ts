import { createHash } from 'node:crypto';
import { CrunchError } from '../shared/errors/crunch-error.ts';
import type { Catalog } from './open-catalog.ts';
import type { RunState } from './runs.ts';
import { isTokenSecret, makeTokenSecret } from './token-secret.ts';

/** Which hold on which run: what a host says when it claims. */
export interface LeaseKey {
  runId: string;
  leaseNumber: number;
  host: string;
  boot: string;
}

/** Whether a lease is in force, as far as the catalog knows; `unknown` when it hears of the claim only later. */
export type LeaseStanding = 'in force' | 'over' | 'unknown';

/** The lease that a ticket is of, and where the files of its dataset lie. */
export interface TicketRecord {
  runId: string;
  leaseNumber: number;
  /** The dataset's slug. */
  dataset: string;
  basePath: string;
  isInForce: boolean;
}

/** How a lease stands, and of which dataset it is. Throws `not-found` for the run. */
export async function findLease(
  catalog: Catalog,
  { runId, leaseNumber, host, boot }: LeaseKey,
): Promise<{ dataset: string; standing: LeaseStanding }> {
  const run = await catalog.prisma.run.findUnique({
    where: { id: runId },
    select: {
      ...{ state: true, host: true, boot: true, leaseNumber: true },
      dataset: { select: { item: { select: { slug: true } } } },
    },
  });
  if (!run) throw new CrunchError('not-found', `There is no run ${runId}.`);
  const state = run.state as RunState;
  const isCurrent = run.leaseNumber === leaseNumber && state === 'running';
  const mayCome = run.leaseNumber < leaseNumber && (state === 'running' || state === 'waiting');
  const isOwn = isCurrent && run.host === host && run.boot === boot;
  const standing = isOwn ? 'in force' : mayCome ? 'unknown' : 'over';
  return { dataset: run.dataset.item.slug, standing };
}

/** Makes a ticket for a lease and returns it; only its hash is kept. Tickets that have expired are removed. */
export async function createTicket(
  catalog: Catalog,
  { runId, leaseNumber, host, boot }: LeaseKey,
  lifetimeSeconds: number,
): Promise<string> {
  const secret = makeTokenSecret('lease');
  await catalog.prisma.$executeRaw`
    WITH expired AS (DELETE FROM lease_ticket WHERE expires_at < now())
    INSERT INTO lease_ticket (sha256, run_id, lease_number, host, boot, expires_at)
    VALUES (
      ${hash(secret)}, ${runId}::uuid, ${leaseNumber}, ${host}, ${boot},
      now() + ${lifetimeSeconds}::int * interval '1 second'
    )`;
  return secret;
}

/** The lease of a ticket; undefined for a ticket that is mistyped, unknown or expired. */
export async function findTicket(catalog: Catalog, secret: string): Promise<TicketRecord | undefined> {
  if (!isTokenSecret(secret)) return undefined;
  const [record] = await catalog.prisma.$queryRaw<TicketRecord[]>`
    SELECT
      run.id AS "runId", ticket.lease_number AS "leaseNumber", item.slug AS dataset, dataset.base_path AS "basePath",
      run.state = 'running' AND run.lease_number = ticket.lease_number
        AND run.host = ticket.host AND run.boot = ticket.boot AND dataset.open_run_id = run.id AS "isInForce"
    FROM lease_ticket AS ticket
    JOIN run ON run.id = ticket.run_id
    JOIN dataset ON dataset.item_id = run.dataset_id
    JOIN item ON item.id = dataset.item_id
    WHERE ticket.sha256 = ${hash(secret)} AND ticket.expires_at > now()`;
  return record && { ...record, isInForce: record.isInForce ?? false };
}

function hash(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
