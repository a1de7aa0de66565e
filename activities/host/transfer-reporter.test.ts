import type { TransferState } from '../../shared/domain/transfer-state.ts';
import { TransferReporter } from './transfer-reporter.ts';

const PROGRESS = { filesDone: 0, filesTotal: 10, bytesDone: 0, bytesTotal: 1000 };

test('a transfer is told once a second with its latest state and its rate, also when nothing moves any more', async () => {
  const told: TransferState[] = [];
  let wake = () => {};
  const next = () => new Promise<void>((resolve) => (wake = resolve));
  const reporter = new TransferReporter((transfer) => {
    told.push(transfer);
    wake();
  });
  reporter.take('download', PROGRESS);
  reporter.take('download', { ...PROGRESS, filesDone: 1, bytesDone: 100 });
  reporter.take('download', { ...PROGRESS, filesDone: 2, bytesDone: 200 });
  await next();
  expect(told).toEqual([
    {
      stage: 'download',
      ...PROGRESS,
      filesDone: 2,
      bytesDone: 200,
      bytesPerSecond: expect.any(Number),
      waitingSince: null,
    },
  ]);
  expect(told[0]?.bytesPerSecond).toBeGreaterThan(0);
  expect(told[0]?.bytesPerSecond).toBeLessThanOrEqual(200);
  const waitingSince = new Date();
  reporter.take('download', { ...PROGRESS, filesDone: 2, bytesDone: 200, waitingSince });
  await next();
  expect(told[1]).toMatchObject({ bytesPerSecond: 0, waitingSince: waitingSince.toISOString() });
});

test('a transfer that is over is told of no more', async () => {
  const told: TransferState[] = [];
  const over = new TransferReporter((transfer) => told.push(transfer));
  over.take('download', PROGRESS);
  over.end();
  const other = new Promise<void>((resolve) => new TransferReporter(() => resolve()).take('upload', PROGRESS));
  await other;
  expect(told).toEqual([]);
});
