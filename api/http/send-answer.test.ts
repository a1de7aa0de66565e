import { resumeOffset } from './send-answer.ts';

test.each([
  ['bytes=10-', undefined, 10],
  ['bytes=10-', '"v%2F1"', 10],
  ['bytes=10-', '"other"', 0],
  ['bytes=10-20', undefined, 0],
  ['bytes=-5', undefined, 0],
  ['bytes=1-,3-', undefined, 0],
  ['bytes=99999999999999999999-', undefined, 0],
  [undefined, undefined, 0],
])('a download with the range %s, if it is %s, begins at %d', (range, ifRange, offset) => {
  expect(resumeOffset({ range, ifRange }, 'v/1')).toBe(offset);
});
