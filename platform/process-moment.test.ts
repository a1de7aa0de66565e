import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { isBetween, readProcessMoment, startedSince } from './process-moment.ts';

test.each([
  [100, 105, [101, 105], [99, 100, 106]],
  [32_000, 310, [32_001, 32_767, 300, 310], [311, 32_000]],
  [100, 100, [], [99, 100, 101]],
])('between %d and %d on the circle lie %j, and not %j', (first, last, inside, outside) => {
  const isInside = isBetween(first, last);
  expect(inside.filter(isInside)).toEqual(inside);
  expect(outside.filter(isInside)).toEqual([]);
});

const onLinux = process.platform === 'linux' ? test : test.skip;

onLinux('a process started since is one, and those before are not', async () => {
  const before = readProcessMoment();
  const child = spawn('sleep', ['60']);
  await once(child, 'spawn');
  const isSince = startedSince(before);
  child.kill();
  await once(child, 'exit');
  expect([child.pid, process.pid, 1].map((pid) => isSince(pid as number))).toEqual([true, false, false]);
});

test('without a moment any process may be meant', () => {
  expect(startedSince(undefined)(1)).toBe(true);
});

onLinux('once the circle may have been closed, any process may be meant', () => {
  expect(startedSince({ lastPid: 1, started: -(2 ** 31) })(1)).toBe(true);
});
