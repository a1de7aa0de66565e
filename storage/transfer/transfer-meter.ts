import { setMaxListeners } from 'node:events';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { throwIfAborted } from '../../platform/throw-if-aborted.ts';
import type { TransferOptions, TransferProgress } from './transfer-progress.ts';

const DEFAULT_STALL_TIMEOUT_MS = 10 * 60_000;
const LONGEST_INTERVAL_MS = 500;

/** Counts what a transfer moves. */
export interface TransferMeter {
  /** Aborted when the transfer is, and when nothing has moved for too long. */
  signal: AbortSignal;
  expect(files: number, sizeBytes: number): void;
  /** Bytes that have arrived; 0 when something else shows that the transfer is alive. */
  move(sizeBytes: number): void;
  finishFile(): void;
}

/** Runs a transfer, tells its progress, and ends it when it makes none. */
export async function withTransferMeter<T>(
  { signal, onProgress, stallTimeoutMs = DEFAULT_STALL_TIMEOUT_MS }: TransferOptions,
  transfer: (meter: TransferMeter) => Promise<T>,
): Promise<T> {
  const stalled = new AbortController();
  const progress: TransferProgress = { filesDone: 0, filesTotal: 0, bytesDone: 0, bytesTotal: 0 };
  let movedAt = performance.now();
  let isNews = false;
  const report = (): void => {
    if (isNews) onProgress?.({ ...progress });
    isNews = false;
  };
  const timer = setInterval(
    () => {
      report();
      if (performance.now() - movedAt > stallTimeoutMs) stalled.abort(stallError(stallTimeoutMs));
    },
    Math.min(LONGEST_INTERVAL_MS, stallTimeoutMs / 2),
  );
  const note = (change: Partial<TransferProgress>): void => {
    for (const [name, amount] of Object.entries(change)) progress[name as keyof TransferProgress] += amount;
    movedAt = performance.now();
    isNews = true;
  };
  const either = signal ? AbortSignal.any([signal, stalled.signal]) : stalled.signal;
  setMaxListeners(0, either);
  const meter: TransferMeter = {
    signal: either,
    expect: (filesTotal, bytesTotal) => note({ filesTotal, bytesTotal }),
    move: (bytesDone) => note({ bytesDone }),
    finishFile: () => note({ filesDone: 1 }),
  };
  try {
    const result = await transfer(meter);
    report();
    return result;
  } catch (error) {
    throwIfAborted(stalled.signal);
    throw error;
  } finally {
    clearInterval(timer);
  }
}

function stallError(stallTimeoutMs: number): CrunchError {
  const problem = `Nothing has moved between storage and workspace for ${Math.round(stallTimeoutMs / 1000)} s.`;
  return new CrunchError('storage-unavailable', `${problem} Check the network and the storage.`);
}
