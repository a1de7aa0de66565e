import { once } from 'node:events';
import type { LeaseInput } from '../../shared/domain/processing.ts';
import { HeldLease } from './held-lease.ts';

/**
 * The datasets in the hands of this process, by run and lease number, and those whose work is done here while only the
 * server knows what becomes of them.
 */
export class LeaseTable {
  readonly slots: number;
  /** Resolves when this process has claimed a dataset. */
  readonly firstClaim: Promise<void>;
  hasClaimed = false;
  private readonly held = new Map<string, HeldLease>();
  private readonly unsettled = new Map<string, HeldLease>();
  private readonly barred = new Map<number, string>();
  private readonly changes = new EventTarget();

  constructor(slots: number) {
    this.slots = slots;
    this.firstClaim = once(this.changes, 'claim').then(() => undefined);
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

  claimed(): void {
    this.hasClaimed = true;
    this.changes.dispatchEvent(new Event('claim'));
  }

  remove(lease: HeldLease): void {
    this.held.delete(keyOf(lease));
    this.changes.dispatchEvent(new Event('release'));
  }

  /** The work of a lease is done here, and how its run ends is yet to be known. */
  leaveOpen(lease: HeldLease): void {
    this.unsettled.set(keyOf(lease), lease);
  }

  /** The leases of which it is not known how they ended, each as `<run id>/<lease number>`, the oldest first. */
  get open(): string[] {
    return [...this.unsettled.keys()];
  }

  /** It is known how a lease ended. Returns the lease; undefined when it was not open. */
  settle(lease: string): HeldLease | undefined {
    const settled = this.unsettled.get(lease);
    this.unsettled.delete(lease);
    return settled;
  }

  /** Something goes on with the dataset's workspace though its lease is over: nobody may have it here until that ends. */
  bar(datasetId: number, reason: string, work: Promise<unknown>): void {
    this.barred.set(datasetId, reason);
    const forget = () => this.barred.delete(datasetId);
    void work.then(forget, forget);
  }

  /** Why this process can't take the dataset though it could otherwise. */
  reasonBarred(datasetId: number): string | undefined {
    return this.barred.get(datasetId);
  }

  /** Resolves when nothing is held, `most` leases are open, or `signal` is aborted. */
  async whenIdle(most: number, signal: AbortSignal): Promise<void> {
    while (this.held.size > 0 && this.unsettled.size < most && !signal.aborted) {
      await once(this.changes, 'release', { signal }).catch(() => undefined);
    }
  }
}

function keyOf({ input }: HeldLease): string {
  return key(input.runId, input.leaseNumber);
}

function key(runId: string, leaseNumber: number): string {
  return `${runId}/${leaseNumber}`;
}
