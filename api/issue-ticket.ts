import { findStanding } from '../catalog/access.ts';
import { createTicket, findLease, type LeaseKey } from '../catalog/lease-tickets.ts';
import type { LeaseTicket } from '../shared/contract/lease-files.ts';
import { CrunchError } from '../shared/errors/crunch-error.ts';
import { leaseOver } from './auth/open-lease.ts';
import type { Caller } from './auth/caller.ts';
import type { ApiContext } from './context.ts';
import { waitForNews } from './wait-for-news.ts';

/** A host renews its ticket while it works; one that it has lost is good for no longer. */
const LIFETIME_SECONDS = 30 * 60;

/** The control worker tells the catalog of a claim a moment after the host has its answer. */
const CLAIM_WAIT_MS = 10_000;

/** Several stages of several hosts may begin in the same moment; each waits for one message. */
const BURST_MS = 5;

/**
 * Makes a ticket for a lease that is in force, and waits a little for the catalog to hear of it. Throws `lease-lost` for
 * one that is over, `not-found` for a run that doesn't exist for the caller, and `storage-unavailable`, for the host to
 * ask again, when the catalog has not heard of the claim.
 */
export async function issueTicket(
  { catalog, storage, stopping }: ApiContext,
  lease: LeaseKey,
  { caller, signal }: { caller: Caller; signal: AbortSignal },
): Promise<LeaseTicket> {
  const read = async () => {
    const found = await findLease(catalog, lease);
    if ((await findStanding(catalog, caller.access, found.dataset)) === undefined) {
      throw new CrunchError('not-found', `There is no run ${lease.runId}.`);
    }
    return found;
  };
  const wait = { waitMs: CLAIM_WAIT_MS, burstMs: BURST_MS, signal };
  const surroundings = { notifications: catalog.notifications, stopping };
  const { dataset, standing } = await waitForNews(surroundings, read, {
    ...wait,
    isNews: (found) => found.standing !== 'unknown',
  });
  if (standing === 'over') throw leaseOver(lease.leaseNumber, dataset);
  if (standing === 'unknown') throw unheardOf(lease, dataset);
  return {
    ticket: await createTicket(catalog, lease, LIFETIME_SECONDS),
    expiresInSeconds: LIFETIME_SECONDS,
    canSign: storage.presign !== undefined,
    largestWholeBytes: storage.parts?.largestWholeBytes ?? null,
  };
}

function unheardOf({ leaseNumber }: LeaseKey, dataset: string): CrunchError {
  const problem = `The server has not heard yet that lease ${leaseNumber} of ${dataset} was claimed.`;
  return new CrunchError('storage-unavailable', `${problem} Ask again; if it stays so, is a control worker running?`);
}
