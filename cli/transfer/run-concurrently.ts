/**
 * Works on each item, on at most `limit` at once. The first error, or the caller's signal, ends the work: nothing new
 * is begun, what is in hand is told through its signal and awaited, then the error (the signal's reason) is thrown.
 */
export async function runConcurrently<T>(
  items: Iterable<T>,
  limit: number,
  signal: AbortSignal,
  work: (item: T, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const failure = new AbortController();
  const stop = AbortSignal.any([signal, failure.signal]);
  const queue = items[Symbol.iterator]();
  async function workThrough(): Promise<void> {
    for (let next = queue.next(); !next.done && !stop.aborted; next = queue.next()) {
      await work(next.value, stop).catch((error: unknown) => failure.abort(error));
    }
  }
  await Promise.all(Array.from({ length: limit }, workThrough));
  stop.throwIfAborted();
}
