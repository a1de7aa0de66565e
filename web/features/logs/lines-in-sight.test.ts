import { findLinesInSight } from './lines-in-sight.ts';

test.each([
  [{ topPx: 0, heightPx: 0 }, 5, { first: 1, last: 5 }],
  [{ topPx: Infinity, heightPx: 0 }, 5, { first: 1, last: 5 }],
  [{ topPx: 0, heightPx: 720 }, 100_000, { first: 1, last: 70 }],
  [{ topPx: 18 * 1000, heightPx: 720 }, 100_000, { first: 971, last: 1070 }],
  [{ topPx: Infinity, heightPx: 720 }, 100_000, { first: 99_931, last: 100_000 }],
  // More came than what was there when somebody scrolled.
  [{ topPx: 18 * 90_000, heightPx: 720 }, 90_010, { first: 89_941, last: 90_010 }],
])('of %j in %d lines %j are drawn', (sight, lineCount, drawn) => {
  expect(findLinesInSight(sight, lineCount)).toEqual(drawn);
});
