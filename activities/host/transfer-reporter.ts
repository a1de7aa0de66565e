import type { TransferState } from '../../shared/domain/transfer-state.ts';
import type { TransferProgress } from '../../storage/transfer/transfer-progress.ts';

/** A shorter transfer is told of by its end alone. */
const INTERVAL_MS = 1_000;

/** Tells once a second how far a lease's transfer is and how fast, beginning a second after it began. */
export class TransferReporter {
  readonly #onReport: (transfer: TransferState) => void;
  #stage = '';
  #told = { atMs: 0, bytesDone: 0 };
  #latest: TransferProgress | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(onReport: (transfer: TransferState) => void) {
    this.#onReport = onReport;
  }

  take(stage: string, progress: TransferProgress): void {
    if (stage !== this.#stage) {
      this.end();
      this.#stage = stage;
      this.#told = { atMs: performance.now(), bytesDone: progress.bytesDone };
    }
    this.#latest = progress;
    this.#timer ??= setTimeout(() => this.#report(), this.#told.atMs + INTERVAL_MS - performance.now()).unref();
  }

  /** The transfer is over. */
  end(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #report(): void {
    this.#timer = undefined;
    if (this.#latest === undefined) return;
    const { filesDone, filesTotal, bytesDone, bytesTotal, waitingSince } = this.#latest;
    const atMs = performance.now();
    // A file that has to be fetched anew counts anew.
    const moved = Math.max(0, bytesDone - this.#told.bytesDone);
    this.#onReport({
      stage: this.#stage,
      ...{ filesDone, filesTotal, bytesDone, bytesTotal },
      bytesPerSecond: Math.round((1000 * moved) / (atMs - this.#told.atMs)),
      waitingSince: waitingSince?.toISOString() ?? null,
    });
    this.#told = { atMs, bytesDone };
  }
}
