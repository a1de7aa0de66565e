import { setMaxListeners } from 'node:events';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { throwIfAborted } from '../../platform/throw-if-aborted.ts';
import type { Patience } from '../with-retries.ts';
import { CongestionGate } from './congestion-gate.ts';
import { DEFAULT_CONCURRENCY, type TransferOptions, type TransferProgress } from './transfer-progress.ts';

const DEFAULT_STALL_TIMEOUT_MS = 10 * 60_000;
const LONGEST_INTERVAL_MS = 500;

/** Counts what a transfer moves, and how long it waits for storage. */
export interface TransferMeter extends Patience {
  /** Aborted when the transfer is, and when nothing has moved for too long. */
  signal: AbortSignal;
  expect(files: number, sizeBytes: number): void;
  /** Bytes that have arrived; 0 when something else shows that the transfer is alive. */
  move(sizeBytes: number): void;
  finishFile(): void;
  /** Does the work on one file, when storage can cope with one more. */
  pass<T>(work: () => Promise<T>): Promise<T>;
}

type Count = 'filesDone' | 'filesTotal' | 'bytesDone' | 'bytesTotal';

/** Runs a transfer, tells its progress, and ends it with `storage-stalled` when it makes none. */
export async function withTransferMeter<T>(
  { signal, onProgress, concurrency = DEFAULT_CONCURRENCY, stallTimeoutMs = DEFAULT_STALL_TIMEOUT_MS }: TransferOptions,
  transfer: (meter: TransferMeter) => Promise<T>,
): Promise<T> {
  const stalled = new AbortController();
  const progress: TransferProgress = { filesDone: 0, filesTotal: 0, bytesDone: 0, bytesTotal: 0 };
  let movedAt = performance.now();
  let isNews = false;
  let failure: CrunchError | undefined;
  const gate = new CongestionGate(concurrency);
  const report = (): void => {
    if (isNews) onProgress?.({ ...progress });
    isNews = false;
  };
  const timer = setInterval(
    () => {
      report();
      const isWaiting = progress.waitingSince && Date.now() - progress.waitingSince.getTime() > stallTimeoutMs;
      if (isWaiting || performance.now() - movedAt > stallTimeoutMs) stalled.abort(stallError(stallTimeoutMs, failure));
    },
    Math.min(LONGEST_INTERVAL_MS, stallTimeoutMs / 2),
  );
  const note = (change: Partial<Record<Count, number>>): void => {
    for (const [name, amount] of Object.entries(change)) progress[name as Count] += amount;
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
    pass: (work) => gate.pass(work),
    failed(error) {
      gate.narrow();
      failure = error;
      isNews ||= progress.waitingSince === undefined;
      progress.waitingSince ??= new Date();
    },
    succeeded() {
      isNews ||= progress.waitingSince !== undefined;
      delete progress.waitingSince;
    },
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

function stallError(stallTimeoutMs: number, failure: CrunchError | undefined): CrunchError {
  const problem = `Nothing has moved between storage and workspace for ${Math.round(stallTimeoutMs / 1000)} s.`;
  const last = failure === undefined ? '' : ` The last failure: ${failure.message}`;
  return new CrunchError('storage-stalled', `${problem} Check the network and the storage.${last}`, { cause: failure });
}
