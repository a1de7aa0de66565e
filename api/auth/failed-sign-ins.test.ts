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
