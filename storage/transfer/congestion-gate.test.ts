import { CongestionGate } from './congestion-gate.ts';

let nowMs = 0;
let gate: CongestionGate;
let finish: (() => void)[];

beforeEach(() => {
  nowMs = 0;
  gate = new CongestionGate(8, () => nowMs);
  finish = [];
});

/** Puts work before the gate; what is let in is in `finish`. */
function add(count: number): Promise<void>[] {
  return Array.from({ length: count }, () => gate.pass(() => new Promise<void>((resolve) => finish.push(resolve))));
}

async function end(count: number): Promise<void> {
  for (const resolve of finish.splice(0, count)) resolve();
  await new Promise(setImmediate);
}

test('as much is under way as there may be', async () => {
  const work = add(20);
  expect(finish).toHaveLength(8);
  await end(3);
  expect(finish).toHaveLength(8);
  while (finish.length > 0) await end(8);
  await Promise.all(work);
});

test('a sign of congestion halves it, and failures that come together are one sign', async () => {
  void add(20);
  for (let failure = 0; failure < 5; failure += 1) gate.narrow();
  await end(4);
  expect(finish).toHaveLength(4);
});

test('one is always let in', () => {
  for (let sign = 0; sign < 9; sign += 1) {
    nowMs += 1000;
    gate.narrow();
  }
  void add(3);
  expect(finish).toHaveLength(1);
});

test('successes widen it again', async () => {
  void add(100);
  gate.narrow();
  await end(8);
  const narrow = finish.length;
  for (let round = 0; round < 6; round += 1) await end(finish.length);
  expect(narrow).toBeLessThan(8);
  expect(finish).toHaveLength(8);
});

test('failed work makes room too', async () => {
  gate = new CongestionGate(1);
  await expect(gate.pass(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  await expect(gate.pass(async () => 'done')).resolves.toBe('done');
});
