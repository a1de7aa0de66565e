import { countFailedSignIns } from './failed-sign-ins.ts';

const TOO_MANY = expect.objectContaining({ code: 'too-many-attempts' });

function failTimes(times: number, fail: (time: number) => void): void {
  for (let time = 0; time < times; time += 1) fail(time);
}

test('an address may send 30 wrong tokens a minute, other addresses are not concerned', () => {
  let nowMs = 0;
  const failures = countFailedSignIns(() => nowMs);
  failTimes(30, () => failures.note('192.0.2.1'));
  expect(() => failures.note('192.0.2.1')).toThrow(TOO_MANY);
  failures.note('192.0.2.2');
  nowMs = 59_999;
  expect(() => failures.note('192.0.2.1')).toThrow(TOO_MANY);
  nowMs = 60_000;
  failures.note('192.0.2.1');
});

test('the minute of each begins with its own first failure, and its rest is what there is to wait', () => {
  let nowMs = 0;
  const failures = countFailedSignIns(() => nowMs);
  failures.note('192.0.2.1');
  nowMs = 50_000;
  failTimes(30, () => failures.note('192.0.2.2'));
  failTimes(29, () => failures.note('192.0.2.1'));
  expect(() => failures.note('192.0.2.1')).toThrow(expect.objectContaining({ retryAfterSeconds: 10 }));
  nowMs = 60_000;
  failures.note('192.0.2.1');
  expect(() => failures.note('192.0.2.2')).toThrow(expect.objectContaining({ retryAfterSeconds: 50 }));
  nowMs = 109_999;
  expect(() => failures.note('192.0.2.2')).toThrow(expect.objectContaining({ retryAfterSeconds: 1 }));
  nowMs = 110_000;
  failures.note('192.0.2.2');
});

test('many addresses push out the oldest counters, not all of them', () => {
  const failures = countFailedSignIns(() => 0);
  failTimes(30, () => failures.note('192.0.2.1'));
  failTimes(30, () => failures.note('192.0.2.2'));
  for (let one = 0; one < 9_999; one += 1) failures.note(`10.0.${Math.floor(one / 250)}.${one % 250}`);
  expect(() => failures.note('192.0.2.2')).toThrow(TOO_MANY);
  failures.note('192.0.2.1');
});

describe('passwords', () => {
  test('an address may fail 10 times a minute for one account, and 30 times for all', () => {
    const failures = countFailedSignIns(() => 0);
    failTimes(10, () => failures.attempt('192.0.2.1', 'ada'));
    expect(() => failures.attempt('192.0.2.1', 'ada')).toThrow(TOO_MANY);
    failTimes(20, (time) => failures.attempt('192.0.2.1', `somebody-${time}`));
    expect(() => failures.attempt('192.0.2.1', 'nobody')).toThrow(TOO_MANY);
    failures.attempt('192.0.2.2', 'ada');
  });

  test('one account may be failed for 100 times a minute from anywhere', () => {
    const failures = countFailedSignIns(() => 0);
    failTimes(100, (time) => failures.attempt(`192.0.2.${time}`, 'ada'));
    expect(() => failures.attempt('198.51.100.1', 'ada')).toThrow(TOO_MANY);
    failures.attempt('198.51.100.1', 'bob');
  });

  test('what is refused counts for nothing, so that a single address can’t keep an account’s owner out', () => {
    const failures = countFailedSignIns(() => 0);
    failTimes(10, () => failures.attempt('192.0.2.1', 'ada'));
    failTimes(200, () => expect(() => failures.attempt('192.0.2.1', 'ada')).toThrow(TOO_MANY));
    failures.attempt('192.0.2.2', 'ada');
    failTimes(20, () => failures.note('192.0.2.1'));
    expect(() => failures.note('192.0.2.1')).toThrow(TOO_MANY);
  });

  test('a right one is taken from the minute in which it began', () => {
    let nowMs = 0;
    const failures = countFailedSignIns(() => nowMs);
    const succeed = failures.attempt('192.0.2.1', 'ada');
    nowMs = 60_000;
    failTimes(10, () => failures.attempt('192.0.2.1', 'ada'));
    succeed();
    expect(() => failures.attempt('192.0.2.1', 'ada')).toThrow(TOO_MANY);
  });

  test('right ones don’t count', () => {
    const failures = countFailedSignIns(() => 0);
    failTimes(200, () => failures.attempt('192.0.2.1', 'ada')());
    failTimes(10, () => failures.attempt('192.0.2.1', 'ada'));
    expect(() => failures.attempt('192.0.2.1', 'ada')).toThrow(TOO_MANY);
  });

  test('addresses of one IPv6 network are one', () => {
    const failures = countFailedSignIns(() => 0);
    failTimes(30, (time) => failures.note(`2001:db8:1:2::${time}`));
    expect(() => failures.note('2001:db8:1:2:ffff::1')).toThrow(TOO_MANY);
    failures.note('2001:db8:1:3::1');
    failTimes(30, () => failures.note('::ffff:192.0.2.1'));
    expect(() => failures.note('192.0.2.1')).toThrow(TOO_MANY);
  });
});
