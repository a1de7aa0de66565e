import { admit } from '../activities/control/admit.ts';
import type { ControlContext } from '../activities/control/control-context.ts';

/** Besides the news from the catalog: whatever was missed is found so much later. */
const SWEEP_EVERY_MS = 60_000;

/** After a failure, such as a catalog that is away. */
const TRY_AGAIN_MS = 5_000;

export interface AdmissionLoop {
  /** Resolves when the pass that is under way is over. */
  stop(): Promise<void>;
}

/** Admits datasets whenever the catalog says that one was queued, a run closed or a host came, and every minute. */
export function startAdmissionLoop(context: ControlContext): AdmissionLoop {
  let isWanted = false;
  let isStopped = false;
  let underway: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  const pass = async (): Promise<void> => {
    let nextMs = SWEEP_EVERY_MS;
    while (isWanted && !isStopped) {
      isWanted = false;
      try {
        await admit(context);
      } catch (error) {
        context.logger.error({ err: error }, 'could not admit datasets; trying again');
        nextMs = TRY_AGAIN_MS;
      }
    }
    underway = undefined;
    if (!isStopped) timer = setTimeout(wake, nextMs);
  };
  const wake = (): void => {
    clearTimeout(timer);
    isWanted = true;
    if (!isStopped) underway ??= pass();
  };

  const unsubscribe = context.catalog.notifications.onAdmission(wake);
  wake();
  return {
    async stop() {
      isStopped = true;
      unsubscribe();
      clearTimeout(timer);
      await underway;
    },
  };
}
