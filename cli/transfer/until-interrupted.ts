import { CrunchError } from '../../shared/errors/crunch-error.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * Does work that a person or the system may interrupt: its signal is then aborted with CrunchError `interrupted`. Asked
 * a second time, the process ends at once.
 */
export async function untilInterrupted<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stop = (): void =>
    controller.abort(new CrunchError('interrupted', 'Interrupted. What is done so far is kept.'));
  for (const signal of SIGNALS) process.once(signal, stop);
  try {
    return await work(controller.signal);
  } finally {
    for (const signal of SIGNALS) process.off(signal, stop);
  }
}
