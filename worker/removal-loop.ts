import type { ControlContext } from '../activities/control/control-context.ts';
import { removeFiles } from '../activities/control/remove-files.ts';
import { startWakingLoop, type WakingLoop } from './waking-loop.ts';

/** Besides the news from the catalog: whatever was missed, and what could not be removed, is tried so much later. */
const SWEEP_EVERY_MS = 60_000;

/** Removes files from storage whenever the catalog says that their datasets were deleted, and every minute. */
export function startRemovalLoop(context: ControlContext): WakingLoop {
  return startWakingLoop({
    async pass(stopping) {
      await removeFiles(context, { stopping });
      return SWEEP_EVERY_MS;
    },
    subscribe: (wake) => context.catalog.notifications.onRemoval(wake),
    logger: context.logger,
    purpose: 'remove the files of deleted datasets',
  });
}
