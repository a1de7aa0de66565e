import { admit } from '../activities/control/admit.ts';
import type { ControlContext } from '../activities/control/control-context.ts';
import { startWakingLoop, type WakingLoop } from './waking-loop.ts';

/** Besides the news from the catalog: whatever was missed is found so much later. */
const SWEEP_EVERY_MS = 60_000;

/** Admits datasets whenever the catalog says that one was queued, a run closed or a host came, and every minute. */
export function startAdmissionLoop(context: ControlContext): WakingLoop {
  return startWakingLoop({
    async pass() {
      await admit(context);
      return SWEEP_EVERY_MS;
    },
    subscribe: (wake) => context.catalog.notifications.onAdmission(wake),
    logger: context.logger,
    purpose: 'admit datasets',
  });
}
