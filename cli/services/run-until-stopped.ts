import { ERROR_CODES } from '../../shared/errors/error-codes.ts';
import { RunningParts } from './running-parts.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * Starts parts and lets them run until a signal comes or one of them ends by itself; then stops them in order. A second
 * signal kills them at once. Throws what start-up failed with, or that a part ended.
 */
export async function runUntilStopped(start: (parts: RunningParts) => Promise<void>): Promise<void> {
  const parts = new RunningParts();
  const asked = new AbortController();
  const ask = (): void => {
    if (asked.signal.aborted) endAtOnce(parts);
    asked.abort();
  };
  for (const signal of SIGNALS) process.on(signal, ask);
  try {
    await startWhole(start, parts);
    await onAbort(AbortSignal.any([asked.signal, parts.failure]));
    await parts.stop();
  } finally {
    for (const signal of SIGNALS) process.off(signal, ask);
  }
  if (!asked.signal.aborted) throw parts.failure.reason;
}

/** What was started before something failed is stopped again. Why it failed says more than how it ended. */
async function startWhole(start: (parts: RunningParts) => Promise<void>, parts: RunningParts): Promise<void> {
  try {
    await start(parts);
  } catch (error) {
    await parts.stop().catch(() => undefined);
    throw error;
  }
}

function endAtOnce(parts: RunningParts): never {
  parts.kill();
  process.exit(ERROR_CODES.interrupted.exitCode);
}

function onAbort(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
