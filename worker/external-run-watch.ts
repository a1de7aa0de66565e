import type { ControlContext } from '../activities/control/control-context.ts';
import { requeueSilentRuns } from '../catalog/end-external-runs.ts';
import { startWakingLoop, type WakingLoop } from './waking-loop.ts';

/** A project may have changed how long its external clients may be silent, which nobody tells. */
const LONGEST_PAUSE_MS = 3600_000;

/** Puts datasets back into the queue when their external clients fall silent: at the very time when that is so. */
export function watchExternalRuns({ catalog, logger }: ControlContext): WakingLoop {
  return startWakingLoop({
    async pass() {
      const nextMs = (await requeueSilentRuns(catalog)) ?? LONGEST_PAUSE_MS;
      return Math.min(Math.max(Math.ceil(nextMs), 0), LONGEST_PAUSE_MS);
    },
    subscribe: (wake) => catalog.notifications.onExternalClaim(wake),
    logger,
    purpose: 'look after the datasets of external clients',
  });
}
