import { CrunchError } from '../../shared/errors/crunch-error.ts';

/**
 * A signal that is aborted, with CrunchError `interrupted`, when a person or the system asks the process to end; asked
 * a second time, the process ends at once.
 */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  const stop = (): void => controller.abort(new CrunchError('interrupted', 'interrupted: what is done so far is kept'));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  return controller.signal;
}
