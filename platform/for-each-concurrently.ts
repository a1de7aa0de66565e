import { setMaxListeners } from 'node:events';
import { throwIfAborted } from './throw-if-aborted.ts';

interface Pace {
  /** How many items are in hand at the most. */
  limit: number;
  /** Aborted, it ends the work as a failure does, with its reason. */
  signal?: AbortSignal;
  /** Do the other items too when one fails. */
  goesOnAfterFailure?: boolean;
}

/**
 * Does `action` for each item, at most `limit` at a time, taking items only as it gets to them. The first failure aborts
 * the signal that the other actions were given, unless the work goes on after it; it is thrown when all have ended.
 */
export async function forEachConcurrently<T>(
  items: Iterable<T> | AsyncIterable<T>,
  { limit, signal, goesOnAfterFailure = false }: Pace,
  action: (item: T, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const failed = new AbortController();
  const either = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal;
  // Each action may listen to it several times.
  setMaxListeners(0, either);
  const failures: unknown[] = [];
  const note = (error: unknown): void => void failures.push(error);
  const queue = inOrder(items);
  const work = async (): Promise<void> => {
    for (;;) {
      throwIfAborted(either);
      const next = await queue.next();
      if (next.done) return;
      const done = action(next.value, either);
      await (goesOnAfterFailure ? done.catch(note) : done);
    }
  };
  const workers = Array.from({ length: limit }, async () => {
    try {
      await work();
    } catch (error) {
      note(error);
      failed.abort();
    }
  });
  await Promise.all(workers);
  await queue.return();
  if (failures.length > 0) throw failures[0];
}

async function* inOrder<T>(items: Iterable<T> | AsyncIterable<T>): AsyncGenerator<T, void> {
  yield* items;
}
