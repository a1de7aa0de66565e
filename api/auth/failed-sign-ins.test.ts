import { countFailedSignIns } from './failed-sign-ins.ts';

const TOO_MANY = expect.objectContaining({ code: 'too-many-attempts' });

function failTimes(times: number, note: () => void): void {
  for (let time = 0; time < times; time += 1) note();
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

describe('passwords', () => {
  const attempts = (times: number, count: (time: number) => void) => {
    for (let time = 0; time < times; time += 1) count(time);
  };

  test('an address may fail 10 times a minute for one account, and 30 times for all', () => {
    const failures = countFailedSignIns(() => 0);
    attempts(10, () => failures.attempt('192.0.2.1', 'ada'));
    expect(() => failures.attempt('192.0.2.1', 'ada')).toThrow(TOO_MANY);
    attempts(19, (time) => failures.attempt('192.0.2.1', `somebody-${time}`));
    expect(() => failures.attempt('192.0.2.1', 'nobody')).toThrow(TOO_MANY);
    failures.attempt('192.0.2.2', 'ada');
  });

  test('one account may be failed for 100 times a minute from anywhere', () => {
    const failures = countFailedSignIns(() => 0);
    attempts(100, (time) => failures.attempt(`192.0.2.${time}`, 'ada'));
    expect(() => failures.attempt('198.51.100.1', 'ada')).toThrow(TOO_MANY);
    failures.attempt('198.51.100.1', 'bob');
  });

  test('right ones don’t count', () => {
    const failures = countFailedSignIns(() => 0);
    attempts(200, () => failures.attempt('192.0.2.1', 'ada')());
    attempts(10, () => failures.attempt('192.0.2.1', 'ada'));
    expect(() => failures.attempt('192.0.2.1', 'ada')).toThrow(TOO_MANY);
  });

  test('addresses of one IPv6 network are one', () => {
    const failures = countFailedSignIns(() => 0);
    attempts(30, (time) => failures.note(`2001:db8:1:2::${time}`));
    expect(() => failures.note('2001:db8:1:2:ffff::1')).toThrow(TOO_MANY);
    failures.note('2001:db8:1:3::1');
    attempts(30, () => failures.note('::ffff:192.0.2.1'));
    expect(() => failures.note('192.0.2.1')).toThrow(TOO_MANY);
  });
});
