import type { ControlContext } from '../activities/control/control-context.ts';
import { deliverCancellations } from '../activities/control/deliver-cancellations.ts';
import { releaseQuiet } from '../catalog/cancellations.ts';
import { startWakingLoop, type WakingLoop } from './waking-loop.ts';

/** Besides the news from the catalog: whatever was missed is found so much later. */
const SWEEP_EVERY_MS = 60_000;

/**
 * Cancels runs in Temporal whenever the catalog says that somebody cancelled one, and every minute; and lets go of the
 * datasets that silent hosts had, as soon as those can't run anything of them any more.
 */
export function startCancellationLoop(context: ControlContext): WakingLoop {
  return startWakingLoop({
    async pass() {
      await deliverCancellations(context);
      return Math.min(SWEEP_EVERY_MS, (await releaseQuiet(context.catalog)) ?? SWEEP_EVERY_MS);
    },
    subscribe: (wake) => context.catalog.notifications.onCancellation(wake),
    logger: context.logger,
    purpose: 'cancel runs in Temporal',
  });
}
