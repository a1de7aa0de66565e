import { once } from 'node:events';
import type { LeaseTicket } from '../../shared/contract/lease-files.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import type { CallOptions } from '../storage.ts';
import { throwIfAborted } from '../../platform/throw-if-aborted.ts';
import type { LeaseServer } from './lease-server.ts';

/** A ticket is renewed before this part of its life is over. */
const USED_PART = 0.8;

interface HeldTicket {
  ticket: Promise<LeaseTicket>;
  renewAtMs: number;
}

/** Has a ticket at hand whenever one is needed, and none while nobody needs one. */
export class TicketHolder {
  readonly #server: Pick<LeaseServer, 'requestTicket'>;
  readonly #now: () => number;
  readonly #closed = new AbortController();
  #held: HeldTicket | undefined;

  /** `now` gives milliseconds of a clock that only goes forward. */
  constructor(server: Pick<LeaseServer, 'requestTicket'>, now: () => number = () => performance.now()) {
    this.#server = server;
    this.#now = now;
  }

  /** Does what needs a ticket; once more with a new one when the server refuses the ticket before its time. */
  async use<T>({ signal }: CallOptions, send: (ticket: LeaseTicket) => Promise<T>): Promise<T> {
    const held = this.#hold();
    try {
      return await send(await unlessAborted(held.ticket, signal));
    } catch (error) {
      if (!(error instanceof CrunchError) || error.code !== 'not-allowed') throw error;
    }
    if (this.#held === held) this.#held = undefined;
    return send(await unlessAborted(this.#hold().ticket, signal));
  }

  close(): void {
    this.#closed.abort();
  }

  /** All who need a ticket in the same moment share one. */
  #hold(): HeldTicket {
    if (this.#held && this.#now() < this.#held.renewAtMs) return this.#held;
    const held: HeldTicket = {
      ticket: this.#server.requestTicket({ signal: this.#closed.signal }),
      renewAtMs: Infinity,
    };
    held.ticket.then(
      ({ expiresInSeconds }) => (held.renewAtMs = this.#now() + USED_PART * expiresInSeconds * 1000),
      () => (held.renewAtMs = 0),
    );
    return (this.#held = held);
  }
}

/** What is waited for, unless the one who waits is interrupted before. */
async function unlessAborted<T>(wanted: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  throwIfAborted(signal);
  if (signal === undefined) return wanted;
  const settled = new AbortController();
  const aborted = once(signal, 'abort', { signal: settled.signal }).then(
    () => throwIfAborted(signal) as never,
    () => new Promise<never>(() => undefined),
  );
  return Promise.race([wanted, aborted]).finally(() => settled.abort());
}
