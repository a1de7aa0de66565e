const AT_ONCE = 2;

/**
 * Runs checks, some at a time, with a line for each and the output of those that fail.
 * Returns the names of the failed ones.
 */
export async function runChecks(checks) {
  const waiting = [...checks];
  const failed = [];
  const runWaiting = async () => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      const startedAt = performance.now();
      const { exitCode, output } = await check.run();
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
      console.log(`  ${exitCode === 0 ? 'ok    ' : 'FAILED'} ${check.name}: ${seconds} s`);
      if (exitCode === 0) continue;
      failed.push(check.name);
      console.log(`\n${output.trim()}\n`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, runWaiting));
  return failed;
}
