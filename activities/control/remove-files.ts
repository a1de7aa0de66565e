import { workOnRemoval } from '../../catalog/storage-removals.ts';
import { forEachConcurrently } from '../../platform/for-each-concurrently.ts';
import type { ObjectEntry, Storage } from '../../storage/storage.ts';
import type { ControlContext } from './control-context.ts';

/** Then others get their turn; a removal is gone on with where it was left. */
const OBJECTS_A_STEP = 500;

/** No call may last beyond the transaction in which the removal is held. */
const LONGEST_STEP_MS = 30_000;

const DELETIONS_AT_ONCE = 16;

/**
 * Removes the files of deleted datasets from storage until nothing is due. What fails is due again later. May be called
 * again at any time, also after it was killed, and in several processes at once.
 */
export async function removeFiles({
  catalog,
  storage,
  logger,
}: Pick<ControlContext, 'catalog' | 'storage' | 'logger'>): Promise<void> {
  for (;;) {
    const step = await workOnRemoval(catalog, (prefix) => removeFolder(storage, prefix));
    if (step.outcome === 'idle') return;
    const { prefix } = step;
    if (step.outcome === 'failed') {
      logger.error({ err: step.error, prefix }, 'files of a deleted dataset could not be removed; trying again later');
    } else if (step.isWhole) logger.info({ prefix }, 'the files of a deleted dataset are removed');
  }
}

/** Whether nothing is left; true for a folder that isn't there. */
async function removeFolder(storage: Storage, folder: string): Promise<boolean> {
  const signal = AbortSignal.timeout(LONGEST_STEP_MS);
  let listed = 0;
  async function* listSome(): AsyncGenerator<ObjectEntry> {
    for await (const entry of storage.list(folder, { signal })) {
      listed += 1;
      if (listed > OBJECTS_A_STEP) return;
      yield entry;
    }
  }
  // One that can't be removed must not keep the others.
  const pace = { limit: DELETIONS_AT_ONCE, signal, goesOnAfterFailure: true };
  await forEachConcurrently(listSome(), pace, ({ path }) => storage.delete(path, { signal }));
  return listed <= OBJECTS_A_STEP;
}
