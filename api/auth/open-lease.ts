import { findStanding } from '../../catalog/access.ts';
import { findTicket, type TicketRecord } from '../../catalog/lease-tickets.ts';
import { TICKET_HEADER } from '../../shared/contract/lease-files.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import type { ApiContext } from '../context.ts';
import type { Caller } from './caller.ts';

interface TicketCall {
  headers: Record<typeof TICKET_HEADER, string>;
  caller: Caller;
}

/** A lease in whose name files may be read and written, until it is over. */
export interface OpenLease extends Pick<TicketRecord, 'runId' | 'leaseNumber' | 'basePath'> {
  /** Throws as `openLease` does: for work that began long ago. */
  assertInForce(): Promise<void>;
}

/**
 * The lease of the ticket that a request carries, if it is in force in this moment. Throws `not-allowed` for a ticket
 * that is none, has expired, or is of a dataset that doesn't exist for the caller, and `lease-lost` when the lease is
 * over or a later one is in force.
 */
export async function openLease({ catalog }: ApiContext, call: TicketCall): Promise<OpenLease> {
  const find = async () => {
    const ticket = await findTicket(catalog, call.headers[TICKET_HEADER]);
    if (ticket === undefined) throw noTicket();
    if ((await findStanding(catalog, call.caller.access, ticket.dataset)) === undefined) throw noTicket();
    if (!ticket.isInForce) throw leaseOver(ticket.leaseNumber, ticket.dataset);
    return ticket;
  };
  const { runId, leaseNumber, basePath } = await find();
  return { runId, leaseNumber, basePath, assertInForce: async () => void (await find()) };
}

export function leaseOver(leaseNumber: number, dataset: string): CrunchError {
  return new CrunchError(
    'lease-lost',
    `Lease ${leaseNumber} of ${dataset} is over: its host no longer reaches the files.`,
  );
}

function noTicket(): CrunchError {
  return new CrunchError('not-allowed', 'The ticket is not one of yours, or has expired. Ask for a new one.');
}
