import { setTimeout as sleep } from 'node:timers/promises';
import { CrunchError } from '../shared/errors/crunch-error.ts';
import { throwIfAborted } from '../platform/throw-if-aborted.ts';

/** Attempts at one call; with the pauses between them about ten seconds. */
export const MAX_ATTEMPTS = 8;

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 10_000;

/** Bytes that arrive wrong are mostly wrong for good. */
const CORRUPT_ATTEMPTS = 3;

export interface RetryOptions {
  maxAttempts: number;
  signal?: AbortSignal;
}

/**
 * Calls `attempt` (with 1, 2, …) until it succeeds or fails for good, waiting longer each time and never as long as
 * others do, so that a recovering server isn't hit by all at once.
 */
export async function withRetries<T>(
  { maxAttempts, signal }: RetryOptions,
  attempt: (number: number) => Promise<T>,
): Promise<T> {
  for (let number = 1; ; number++) {
    throwIfAborted(signal);
    try {
      return await attempt(number);
    } catch (error) {
      if (number >= maxAttempts || !isWorthAnother(error, number)) throw error;
    }
    await pause(number, signal);
  }
}

function isWorthAnother(error: unknown, number: number): boolean {
  if (!(error instanceof CrunchError)) return false;
  return error.retryable || (error.code === 'storage-corrupt' && number < CORRUPT_ATTEMPTS);
}

async function pause(number: number, signal?: AbortSignal): Promise<void> {
  const longestMs = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (number - 1));
  try {
    await sleep(longestMs * (0.5 + Math.random() / 2), undefined, { signal });
  } catch (error) {
    throwIfAborted(signal);
    throw error;
  }
}
