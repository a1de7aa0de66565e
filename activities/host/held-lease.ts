import type { LeaseInput, LeaseReport } from '../../shared/domain/processing.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { LeaseClock } from './lease-clock.ts';

/** How a lease's holder lets go of it. */
export type LeaseRelease = 'ended' | 'handed-back' | 'lost';

/** A dataset in the hands of this process: one of its slots. */
export class HeldLease {
  readonly input: LeaseInput;
  readonly clock: LeaseClock;
  /** Resolves when the slot is free again. */
  readonly released: Promise<LeaseRelease>;
  /** What the last stage hands over; null until something was uploaded. */
  report: LeaseReport | null = null;
  private isHandedBack = false;
  private readonly startedMs = performance.now();
  private endedMs: number | undefined;
  private readonly stopping = new AbortController();
  private readonly killing = new AbortController();
  private readonly stages = new Set<Promise<unknown>>();
  private readonly release: (how: LeaseRelease) => void;

  constructor(input: LeaseInput) {
    this.input = input;
    this.clock = new LeaseClock(input.timing);
    let settle!: (how: LeaseRelease) => void;
    this.released = new Promise((resolve) => {
      settle = resolve;
    });
    this.release = (how) => {
      this.endedMs ??= performance.now();
      settle(how);
    };
  }

  /** Aborted when everything that runs for the dataset has to end. */
  get signal(): AbortSignal {
    return this.stopping.signal;
  }

  /** Aborted when that has to be at once; after `signal`, or together with it. */
  get killSignal(): AbortSignal {
    return this.killing.signal;
  }

  /** Why what runs for the dataset has to end, as an error's code. */
  get stopCode(): 'host-draining' | 'lease-lost' {
    return this.isHandedBack ? 'host-draining' : 'lease-lost';
  }

  /** How long this host has had the dataset, until it let go of it. */
  get heldSeconds(): number {
    return ((this.endedMs ?? performance.now()) - this.startedMs) / 1000;
  }

  /** The work is over, well or badly. */
  end(): void {
    this.release('ended');
  }

  /** Somebody else has the dataset now, or may have it soon: nothing of it may run on here. */
  async lose(): Promise<void> {
    this.stopping.abort();
    this.killing.abort();
    await this.stagesEnd();
    this.release('lost');
  }

  /**
   * Ends what runs, at once or after its kill grace, then gives the dataset back to the queue. A second call may be the
   * more urgent one.
   */
  async handBack(how: 'in good order' | 'at once'): Promise<void> {
    this.isHandedBack = true;
    this.stopping.abort();
    if (how === 'at once') this.killing.abort();
    const timer = setTimeout(() => this.killing.abort(), this.input.timing.killGraceMs);
    await this.stagesEnd();
    clearTimeout(timer);
    this.release('handed-back');
  }

  /** Keeps the slot until `stage` is over. */
  track<T>(stage: Promise<T>): Promise<T> {
    const settled = stage.catch(() => undefined).finally(() => this.stages.delete(settled));
    this.stages.add(settled);
    return stage;
  }

  /** Throws CrunchError `lease-lost` when this host may no longer write for the dataset. */
  assertHeld(): void {
    const isOver = this.signal.aborted || this.endedMs !== undefined;
    if (!isOver && !this.clock.isSilent()) return;
    const { dataset, leaseNumber } = this.input;
    throw new CrunchError('lease-lost', `lease ${leaseNumber} of ${dataset.slug} is no longer this host's`);
  }

  private async stagesEnd(): Promise<void> {
    await Promise.all(this.stages);
  }
}
