import { CrunchError } from '../../shared/errors/crunch-error.ts';

/** How many seconds an address that sent too many wrong tokens has to wait at most. */
export const SIGN_IN_WINDOW_SECONDS = 60;
const MOST_FAILURES = 30;
const MOST_ADDRESSES = 10_000;

/** Counts wrong tokens by address, so that nobody can try many. */
export interface FailedSignIns {
  /** Notes a wrong token. Throws `too-many-attempts` when its address sent more than 30 within the minute. */
  note(address: string): void;
}

/**
 * Counts in memory, for this process. A right token is never refused for the wrong ones of others behind the same
 * address. `now` gives milliseconds.
 */
export function countFailedSignIns(now: () => number = () => performance.now()): FailedSignIns {
  const failures = new Map<string, number>();
  let windowEndsAt = 0;
  return {
    note(address) {
      if (now() >= windowEndsAt || failures.size >= MOST_ADDRESSES) {
        failures.clear();
        windowEndsAt = now() + SIGN_IN_WINDOW_SECONDS * 1000;
      }
      const count = (failures.get(address) ?? 0) + 1;
      failures.set(address, count);
      if (count > MOST_FAILURES) {
        throw new CrunchError('too-many-attempts', 'Too many wrong tokens came from your address. Wait a minute.');
      }
    },
  };
}
