import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../../platform/logger.ts';
import type { OutputReceipt, OutputReport } from '../../shared/contract/run-output.ts';
import type { TransferState } from '../../shared/domain/transfer-state.ts';
import type { TransferProgress } from '../../storage/transfer/transfer-progress.ts';
import type { HeldLease } from './held-lease.ts';
import { OutputSpool } from './output-spool.ts';
import { TransferReporter } from './transfer-reporter.ts';

/** Where reports go. */
export interface OutputServer {
  /** Gives a receipt for each report, in their order. */
  reportOutput(reports: OutputReport[], options: { signal: AbortSignal }): Promise<OutputReceipt[]>;
}

export interface OutputSenderOptions {
  /** The host's, as registered. */
  host: string;
  boot: string;
  directory: string;
  server: OutputServer;
  logger: Logger;
}

/** What is printed within so long is sent together, and so often at most. */
const GATHER_MS = 400;

const LONGEST_PAUSE_MS = 10_000;

/** In one request, so that its size has a limit. */
const MOST_REPORTS = 16;

/** A host that ends waits for so long for an answer; what is left then waits on its disk for the next one. */
const LAST_TRY_MS = 5_000;

/**
 * Sends what the leases of this process print, in order and from disk: while the server is away it waits there, and a
 * later process of the same directory goes on with it. A host whose leases print nothing sends nothing.
 */
export class OutputSender {
  readonly #options: OutputSenderOptions;
  readonly #spools = new Set<OutputSpool>();
  readonly #ofLease = new Map<HeldLease, OutputSpool>();
  readonly #transfers = new Map<HeldLease, TransferReporter>();
  /** How far transfers are, as the server has yet to be told. */
  readonly #untold = new Map<OutputSpool, TransferState>();
  readonly #stopping = new AbortController();
  readonly #stopped = new AbortController();
  #hurry = new AbortController();
  #hasNews = false;
  #isLate = false;
  #answers = 0;
  #work: Promise<void> | undefined;

  constructor(options: OutputSenderOptions) {
    this.#options = options;
  }

  /** Sends what earlier processes of this directory could not. */
  async resume(): Promise<void> {
    for (const spool of await OutputSpool.findLeft(this.#options.directory)) this.#spools.add(spool);
    if (this.#spools.size > 0) this.#notice();
  }

  /** Takes lines that a stage printed. Resolves when they are on disk; a disk that takes none costs only the lines. */
  async write(lease: HeldLease, stage: string, texts: readonly string[]): Promise<void> {
    const spool = this.#ofLease.get(lease) ?? this.#open(lease);
    const atMs = Date.now();
    await spool.write(texts.map((text) => ({ atMs, stage, text }))).catch((error: unknown) => this.#warn(error));
    this.#notice();
  }

  /** Takes how far a stage is that moves files. */
  tell(lease: HeldLease, stage: string, progress: TransferProgress): void {
    const reporter =
      this.#transfers.get(lease) ??
      new TransferReporter((transfer) => {
        this.#untold.set(this.#ofLease.get(lease) ?? this.#open(lease), transfer);
        this.#notice();
      });
    this.#transfers.set(lease, reporter);
    reporter.take(stage, progress);
  }

  /** Sends what is left, for as long as the server takes it. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all([...this.#spools].map((spool) => spool.close())).catch((error: unknown) => this.#warn(error));
    if (this.#spools.size > 0) this.#notice();
    for (let before = -1; this.#work !== undefined && before < this.#answers;) {
      before = this.#answers;
      await Promise.race([this.#work, delay(LAST_TRY_MS, undefined, { ref: false })]);
    }
    this.#stopped.abort();
  }

  #open(lease: HeldLease): OutputSpool {
    const { host, boot, directory } = this.#options;
    const { runId, leaseNumber } = lease.input;
    const spool = new OutputSpool(directory, { runId, leaseNumber, host, boot });
    this.#spools.add(spool);
    this.#ofLease.set(lease, spool);
    void lease.released.then(async () => {
      this.#ofLease.delete(lease);
      this.#transfers.get(lease)?.end();
      this.#transfers.delete(lease);
      await spool.close().catch((error: unknown) => this.#warn(error));
      // Who follows its run waits for the last lines, and the server soon knows of the next lease.
      this.#hurry.abort();
      this.#notice();
    });
    return spool;
  }

  #notice(): void {
    this.#hasNews = true;
    this.#work ??= this.#sendAll().finally(() => {
      this.#work = undefined;
      if (this.#hasNews && !this.#stopped.signal.aborted) this.#notice();
    });
  }

  async #sendAll(): Promise<void> {
    let pauseMs = GATHER_MS;
    while (this.#spools.size > 0 && !this.#stopped.signal.aborted) {
      await this.#pause(pauseMs);
      this.#hasNews = false;
      const outcome = await this.#sendNext();
      if (outcome === 'idle' && !this.#hasNews) return;
      pauseMs = outcome === 'later' ? Math.min(2 * pauseMs, LONGEST_PAUSE_MS) : outcome === 'more' ? 0 : GATHER_MS;
    }
    this.#hasNews = false;
  }

  /** Sends one request, if there is anything to send. `later`: not everything was taken. */
  async #sendNext(): Promise<'idle' | 'sent' | 'more' | 'later'> {
    const batches = await this.#collect();
    if (batches.length === 0) return 'idle';
    try {
      const reports = batches.map(({ report }) => report);
      const receipts = await this.#options.server.reportOutput(reports, { signal: this.#stopped.signal });
      const standings = await Promise.all(batches.map(({ spool }, index) => this.#settle(spool, receipts[index])));
      if (standings.some((standing) => standing !== 'unknown')) this.#answers += 1;
      this.#isLate = standings.includes('unknown');
      if (this.#isLate) return 'later';
      return batches.some(({ spool, report }) => report.lines.length > 0 && spool.isClosed) ? 'more' : 'sent';
    } catch (error) {
      if (!this.#isLate) this.#warn(error);
      this.#isLate = true;
      return 'later';
    }
  }

  async #collect(): Promise<{ spool: OutputSpool; report: OutputReport }[]> {
    const batches: { spool: OutputSpool; report: OutputReport }[] = [];
    for (const spool of [...this.#spools]) {
      if (batches.length === MOST_REPORTS) break;
      const batch = await spool.read();
      const transfer = this.#untold.get(spool);
      this.#untold.delete(spool);
      if (batch.lines.length > 0 || (transfer && !spool.isClosed)) {
        batches.push({ spool, report: { ...spool.owner, ...batch, transfer } });
      } else if (spool.isDone) {
        await this.#forget(spool);
      }
    }
    return batches;
  }

  async #settle(
    spool: OutputSpool,
    receipt: OutputReceipt | undefined,
  ): Promise<OutputReceipt['standing'] | undefined> {
    spool.acknowledge(receipt?.received ?? 0);
    // Others go first next time.
    this.#spools.delete(spool);
    if (receipt?.standing === 'over') await spool.remove();
    else this.#spools.add(spool);
    return receipt?.standing;
  }

  async #forget(spool: OutputSpool): Promise<void> {
    this.#spools.delete(spool);
    await spool.remove();
  }

  async #pause(ms: number): Promise<void> {
    // What fails is tried again a little later, also where there is a hurry.
    const signal = this.#isLate ? this.#stopping.signal : AbortSignal.any([this.#stopping.signal, this.#hurry.signal]);
    if (!signal.aborted) await delay(ms, undefined, { signal }).catch(() => undefined);
    else if (this.#isLate) await delay(GATHER_MS, undefined, { ref: false });
    this.#hurry = new AbortController();
  }

  #warn(error: unknown): void {
    this.#options.logger.warn({ err: error }, 'what programs print can not be shown now; it is kept here');
  }
}
