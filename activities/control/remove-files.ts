import { workOnRemoval, type RemovalProgress } from '../../catalog/storage-removals.ts';
import { forEachConcurrently } from '../../platform/for-each-concurrently.ts';
import type { ObjectEntry, Storage } from '../../storage/storage.ts';
import type { ControlContext } from './control-context.ts';

/** How far one step of a removal goes; then others get their turn, and it is gone on with where it was left. */
export interface StepLimits {
  objects: number;
  /** Only the first deletions of a step begin later than this. A slow storage makes steps small, and nothing else. */
  beginWithinMs: number;
  /** No call lasts longer than the transaction in which the removal is held; what does has failed. */
  endWithinMs: number;
}

export interface RemovalOptions {
  /** Nothing new is begun once it is aborted. */
  stopping?: AbortSignal;
  limits?: StepLimits;
}

const STEP_LIMITS: StepLimits = { objects: 500, beginWithinMs: 15_000, endWithinMs: 45_000 };

const DELETIONS_AT_ONCE = 16;

/**
 * Removes the files of deleted datasets from storage until nothing is due. What fails keeps nothing else, and is due again
 * later. May be called again at any time, also after it was killed, and in several processes at once.
 */
export async function removeFiles(
  { catalog, storage, logger }: Pick<ControlContext, 'catalog' | 'storage' | 'logger'>,
  { stopping, limits = STEP_LIMITS }: RemovalOptions = {},
): Promise<void> {
  while (stopping?.aborted !== true) {
    const step = await workOnRemoval(catalog, (prefix, skip) => removeSome(storage, prefix, { skip, limits }));
    if (step.outcome === 'idle') return;
    const { prefix } = step;
    if (step.outcome === 'whole') {
      logger.info({ prefix }, 'the files of a deleted dataset are removed');
    } else if (step.error !== undefined) {
      const { error: err, failed } = step;
      logger.error({ err, prefix, failed }, 'files of a deleted dataset could not be removed; trying again later');
    }
  }
}

/** Throws what keeps the folder from being listed. One that isn't there has nothing in it. */
async function removeSome(
  storage: Storage,
  folder: string,
  { skip, limits }: { skip: number; limits: StepLimits },
): Promise<RemovalProgress> {
  const signal = AbortSignal.timeout(limits.endWithinMs);
  const beginUntilMs = performance.now() + limits.beginWithinMs;
  const progress: RemovalProgress = { removed: 0, failed: 0, isAtEnd: true };
  async function* listSome(): AsyncGenerator<ObjectEntry> {
    let listed = -skip;
    for await (const entry of storage.list(folder, { signal })) {
      listed += 1;
      if (listed <= 0) continue;
      if (listed > limits.objects || (listed > DELETIONS_AT_ONCE && performance.now() > beginUntilMs)) {
        progress.isAtEnd = false;
        return;
      }
      yield entry;
    }
  }
  await forEachConcurrently(listSome(), { limit: DELETIONS_AT_ONCE }, async ({ path }) => {
    try {
      await storage.delete(path, { signal });
      progress.removed += 1;
    } catch (error) {
      progress.failed += 1;
      progress.error ??= error;
    }
  });
  return progress;
}
