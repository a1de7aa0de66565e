import { LeaseClock } from './lease-clock.ts';

const TIMING = { heartbeatTimeoutMs: 30_000, graceMs: 60_000, killGraceMs: 5_000 };

function clockAt(start: number) {
  let now = start;
  const clock = new LeaseClock(TIMING, () => now);
  return { clock, advance: (ms: number) => (now += ms) };
}

test('a lease is silent once the heartbeat time-out has passed since the last answer', () => {
  const { clock, advance } = clockAt(1000);
  advance(29_999);
  expect(clock.isSilent()).toBe(false);
  advance(1);
  expect(clock.isSilent()).toBe(true);
});

test('an answer counts from when its request was sent', () => {
  const { clock, advance } = clockAt(0);
  advance(20_000);
  clock.answered(15_000);
  advance(25_000);
  expect(clock.isSilent()).toBe(true);
});

test('an answer that comes out of order takes nothing back', () => {
  const { clock, advance } = clockAt(0);
  advance(10_000);
  clock.answered(10_000);
  clock.answered(5_000);
  advance(29_000);
  expect(clock.isSilent()).toBe(false);
});

test('processes are killed 5 s before the grace ends, or half of a short grace', () => {
  const { clock, advance } = clockAt(0);
  expect(clock.msUntilKill()).toBe(85_000);
  advance(90_000);
  expect(clock.msUntilKill()).toBe(0);
  const short = new LeaseClock({ ...TIMING, heartbeatTimeoutMs: 2000, graceMs: 1000 }, () => 0);
  expect(short.msUntilKill()).toBe(2500);
});
