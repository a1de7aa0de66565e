import { once } from 'node:events';
import type { LeaseInput } from '../../shared/domain/processing.ts';
import { HeldLease } from './held-lease.ts';

/** The datasets in the hands of this process, by run and lease number. */
export class LeaseTable {
  readonly slots: number;
  private readonly held = new Map<string, HeldLease>();
  private readonly releases = new EventTarget();

  constructor(slots: number) {
    this.slots = slots;
  }

  get size(): number {
    return this.held.size;
  }

  get isFull(): boolean {
    return this.held.size >= this.slots;
  }

  all(): HeldLease[] {
    return [...this.held.values()];
  }

  find(runId: string, leaseNumber: number): HeldLease | undefined {
    return this.held.get(key(runId, leaseNumber));
  }

  add(input: LeaseInput): HeldLease {
    const lease = new HeldLease(input);
    this.held.set(key(input.runId, input.leaseNumber), lease);
    return lease;
  }

  remove(lease: HeldLease): void {
    this.held.delete(key(lease.input.runId, lease.input.leaseNumber));
    this.releases.dispatchEvent(new Event('release'));
  }

  /** Resolves when nothing is held, or when `signal` is aborted. */
  async whenEmpty(signal: AbortSignal): Promise<void> {
    while (this.held.size > 0 && !signal.aborted) {
      await once(this.releases, 'release', { signal }).catch(() => undefined);
    }
  }
}

function key(runId: string, leaseNumber: number): string {
  return `${runId}/${leaseNumber}`;
}
