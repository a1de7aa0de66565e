import { setMaxListeners } from 'node:events';
import { throwIfAborted } from './throw-if-aborted.ts';

/**
 * Does `action` for each item, at most `limit` at a time, taking items only as it gets to them. The first failure aborts
 * the signal that the other actions were given, and is thrown when all of them have ended.
 */
export async function forEachConcurrently<T>(
  items: Iterable<T> | AsyncIterable<T>,
  { limit, signal }: { limit: number; signal?: AbortSignal },
  action: (item: T, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const failed = new AbortController();
  const either = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal;
  // Each action may listen to it several times.
  setMaxListeners(0, either);
  const failures: unknown[] = [];
  const queue = inOrder(items);
  const work = async (): Promise<void> => {
    for (;;) {
      throwIfAborted(either);
      const next = await queue.next();
      if (next.done) return;
      await action(next.value, either);
    }
  };
  const workers = Array.from({ length: limit }, async () => {
    try {
      await work();
    } catch (error) {
      failures.push(error);
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
