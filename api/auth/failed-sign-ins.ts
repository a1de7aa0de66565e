import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { networkOf } from './network-of.ts';

/** How many seconds at most somebody who failed too often has to wait. */
export const SIGN_IN_WINDOW_SECONDS = 60;
const MOST_FROM_ADDRESS = 30;
const MOST_FROM_ADDRESS_FOR_ACCOUNT = 10;
/** More than several addresses together may send, lest a single one keep the owner out. */
const MOST_FOR_ACCOUNT = 100;
const MOST_COUNTERS = 10_000;

/** Counts wrong tokens and passwords, so that nobody can try many. */
export interface FailedSignIns {
  /** Notes a wrong token. Throws `too-many-attempts` when its address failed more than 30 times within the minute. */
  note(address: string): void;
  /**
   * Counts a password as wrong before it is looked at, since many may be sent at once; what it returns is called when
   * it was right. Throws `too-many-attempts` when the address or the account has had too many within the minute.
   */
  attempt(address: string, account: string): () => void;
}

/**
 * Counts in memory, for this process. A right token is never refused for the wrong ones of others behind the same
 * address. `now` gives milliseconds.
 */
export function countFailedSignIns(now: () => number = () => performance.now()): FailedSignIns {
  const counters = new Map<string, number>();
  let windowEndsAt = 0;

  function count(limits: Record<string, number>): void {
    if (now() >= windowEndsAt || counters.size >= MOST_COUNTERS) {
      counters.clear();
      windowEndsAt = now() + SIGN_IN_WINDOW_SECONDS * 1000;
    }
    for (const key of Object.keys(limits)) counters.set(key, (counters.get(key) ?? 0) + 1);
    if (Object.entries(limits).some(([key, most]) => (counters.get(key) ?? 0) > most)) {
      throw new CrunchError('too-many-attempts', 'Too many attempts to sign in failed. Wait a minute.', {
        retryAfterSeconds: SIGN_IN_WINDOW_SECONDS,
      });
    }
  }

  return {
    note: (address) => count({ [networkOf(address)]: MOST_FROM_ADDRESS }),
    attempt(address, account) {
      const network = networkOf(address);
      const limits = {
        [network]: MOST_FROM_ADDRESS,
        [`${network} ${account}`]: MOST_FROM_ADDRESS_FOR_ACCOUNT,
        [account]: MOST_FOR_ACCOUNT,
      };
      count(limits);
      return () => {
        for (const key of Object.keys(limits)) counters.set(key, Math.max(0, (counters.get(key) ?? 0) - 1));
      };
    },
  };
}
