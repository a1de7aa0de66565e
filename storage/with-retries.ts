import { setTimeout as sleep } from 'node:timers/promises';
import { CrunchError } from '../shared/errors/crunch-error.ts';
import { throwIfAborted } from '../platform/throw-if-aborted.ts';

/** Attempts at one call by who has no patience; with the pauses between them about ten seconds. */
const MAX_ATTEMPTS = 8;

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 10_000;

/** Bytes that arrive wrong are mostly wrong for good. */
const CORRUPT_ATTEMPTS = 3;

/** Of who waits for what is away until it is back, or until its own signal is aborted: it hears how that goes. */
export interface Patience {
  /** An attempt failed in passing; there will be another. */
  failed(error: CrunchError): void;
  succeeded(): void;
}

export interface RetryOptions {
  /** 8 when absent. Who has patience doesn't count. */
  maxAttempts?: number;
  patience?: Patience;
  signal?: AbortSignal;
}

/**
 * Calls `attempt` (with 1, 2, …) until it succeeds or fails for good, waiting longer each time and never as long as
 * others do, so that a recovering server isn't hit by all at once.
 */
export async function withRetries<T>(
  { maxAttempts = MAX_ATTEMPTS, patience, signal }: RetryOptions,
  attempt: (number: number) => Promise<T>,
): Promise<T> {
  for (let number = 1; ; number++) {
    throwIfAborted(signal);
    try {
      const result = await attempt(number);
      patience?.succeeded();
      return result;
    } catch (error) {
      throwIfAborted(signal);
      if (!isWorthAnother(error, number) || (!patience && number >= maxAttempts)) throw error;
      patience?.failed(error);
    }
    await pauseAfter(number, signal);
  }
}

function isWorthAnother(error: unknown, number: number): error is CrunchError {
  if (!(error instanceof CrunchError)) return false;
  return error.retryable || (error.code === 'storage-corrupt' && number < CORRUPT_ATTEMPTS);
}

/** Waits after that many attempts which failed. */
export async function pauseAfter(number: number, signal?: AbortSignal): Promise<void> {
  const longestMs = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (number - 1));
  try {
    await sleep(longestMs * (0.5 + Math.random() / 2), undefined, { signal });
  } catch (error) {
    throwIfAborted(signal);
    throw error;
  }
}
