import { CrunchError } from '../../shared/errors/crunch-error.ts';
import type { ErrorCode } from '../../shared/errors/error-codes.ts';
import { pauseAfter } from '../../storage/with-retries.ts';
import type { HostStageContext } from './stage-context.ts';

/** How long a stage that needs an answer of the server waits while it is away. */
const PATIENCE_MS = 10 * 60_000;

/** What a server says that will soon answer again, and what is said when there is none. */
const AWAY: ReadonlySet<ErrorCode> = new Set(['api-unreachable', 'catalog-unavailable', 'too-many-requests']);

/** Asks the server what a stage needs to begin; while it is away the stage waits, for ten minutes, and says so. */
export async function askServer<T>(
  { signal, progress }: Pick<HostStageContext, 'signal' | 'progress'>,
  ask: () => Promise<T>,
  now: () => number = () => performance.now(),
): Promise<T> {
  const givesUpMs = now() + PATIENCE_MS;
  for (let number = 1; ; number++) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof CrunchError) || !AWAY.has(error.code) || now() > givesUpMs) throw error;
    }
    if (number === 1) progress(0, `waiting for the server since ${new Date().toISOString().slice(11, 16)} UTC`);
    await pauseAfter(number, signal);
  }
}
