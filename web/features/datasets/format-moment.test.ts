import { formatMoment } from './format-moment.ts';

test.each([
  ['2024-01-05T09:30:00.000Z', '2024-01-05 09:30:00 UTC'],
  ['2024-01-05T09:30:00.250Z', '2024-01-05 09:30:00.25 UTC'],
  ['2024-01-05T09:30+02:00', '2024-01-05 09:30 +02:00'],
  ['2024-01-05T09:30:07-03:30', '2024-01-05 09:30:07 -03:30'],
])('%s is read as %s', (value, words) => {
  expect(formatMoment(value)).toBe(words);
});
