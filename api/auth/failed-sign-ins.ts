import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { networkOf } from './network-of.ts';

const WINDOW_MS = 60_000;
const MOST_FROM_ADDRESS = 30;
const MOST_FROM_ADDRESS_FOR_ACCOUNT = 10;
/** More than several addresses together may send, lest a single one keep the owner out. */
const MOST_FOR_ACCOUNT = 100;
const MOST_COUNTERS = 10_000;

/** Counts wrong tokens and passwords, so that nobody can try many. A minute begins with the first failure of its kind. */
export interface FailedSignIns {
  /** Notes a wrong token. Throws `too-many-attempts` when its address has failed 30 times within the minute. */
  note(address: string): void;
  /**
   * Counts a password as wrong before it is looked at, since many may be sent at once; what it returns is called when
   * it was right. Throws `too-many-attempts` when the address or the account has had too many within the minute.
   */
  attempt(address: string, account: string): () => void;
}

interface Counter {
  count: number;
  endsAtMs: number;
}

/**
 * Counts in memory, for this process. A right token is never refused for the wrong ones of others behind the same
 * address. What is refused counts for nothing: one address can't use up what an account has for all of them. `now` gives
 * milliseconds.
 */
export function countFailedSignIns(now: () => number = () => performance.now()): FailedSignIns {
  /** In the order in which they end, since each lasts equally long. */
  const counters = new Map<string, Counter>();

  function count(limits: Record<string, number>): () => void {
    forgetEnded();
    refuseBeyond(limits);
    const counted = Object.keys(limits).map(counterOf);
    for (const counter of counted) counter.count += 1;
    return () => {
      for (const counter of counted) counter.count -= 1;
    };
  }

  function forgetEnded(): void {
    for (const [key, { endsAtMs }] of counters) {
      if (endsAtMs > now()) return;
      counters.delete(key);
    }
  }

  function refuseBeyond(limits: Record<string, number>): void {
    const full = Object.entries(limits).flatMap(([key, most]) => {
      const counter = counters.get(key);
      return counter !== undefined && counter.count >= most ? [counter.endsAtMs] : [];
    });
    if (full.length === 0) return;
    const retryAfterSeconds = Math.ceil((Math.max(...full) - now()) / 1000);
    throw new CrunchError('too-many-attempts', 'Too many attempts to sign in failed. Wait a minute.', {
      retryAfterSeconds,
    });
  }

  function counterOf(key: string): Counter {
    const known = counters.get(key);
    if (known !== undefined) return known;
    const [oldest] = counters.keys();
    if (oldest !== undefined && counters.size >= MOST_COUNTERS) counters.delete(oldest);
    const counter = { count: 0, endsAtMs: now() + WINDOW_MS };
    counters.set(key, counter);
    return counter;
  }

  return {
    note: (address) => void count({ [networkOf(address)]: MOST_FROM_ADDRESS }),
    attempt(address, account) {
      const network = networkOf(address);
      return count({
        [network]: MOST_FROM_ADDRESS,
        [`${network} ${account}`]: MOST_FROM_ADDRESS_FOR_ACCOUNT,
        [account]: MOST_FOR_ACCOUNT,
      });
    },
  };
}
