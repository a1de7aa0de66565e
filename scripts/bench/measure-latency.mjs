const WARM_UP = 10;

/** Milliseconds of each of `count` calls, one after another, after some that don't count. */
export async function measureLatency(call, count) {
  for (let round = 0; round < WARM_UP; round += 1) await call();
  const times = [];
  for (let round = 0; round < count; round += 1) times.push(await timeOf(call));
  return times;
}

export async function timeOf(call) {
  const begunAt = performance.now();
  await call();
  return performance.now() - begunAt;
}

/** The time within which that share of the calls was done. */
export function quantile(times, share) {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}
