import { CrunchError } from '../shared/errors/crunch-error.ts';

/** Throws the reason of an aborted signal: the CrunchError that it was aborted with, else `interrupted`. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (!signal?.aborted) return;
  if (signal.reason instanceof CrunchError) throw signal.reason;
  throw new CrunchError('interrupted', 'The work was interrupted.', { cause: signal.reason });
}
