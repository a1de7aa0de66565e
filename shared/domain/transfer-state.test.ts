import { describeTransfer } from './transfer-state.ts';

const STATE = { stage: 'download', filesDone: 3, filesTotal: 10, bytesDone: 0, bytesTotal: 4 * 1024 ** 3 };

test('a transfer is told in words', () => {
  expect(describeTransfer({ ...STATE, bytesPerSecond: 12 * 1024 ** 2, waitingSince: null })).toBe(
    '3 of 10 files, 0 B of 4.00 GiB, 12.0 MiB a second',
  );
  expect(describeTransfer({ ...STATE, bytesPerSecond: 0, waitingSince: '2026-11-24T14:02:05.000Z' })).toBe(
    '3 of 10 files, 0 B of 4.00 GiB, waiting for storage since 14:02 UTC',
  );
});
