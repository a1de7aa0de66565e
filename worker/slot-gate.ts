import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { ActivitySlotInfo, CustomSlotSupplier, SlotPermit } from '@temporalio/worker';

/** Nothing tells when a disk has room again. */
const DISK_CHECK_MS = 10_000;

interface Permit extends SlotPermit {
  isUsed: boolean;
}

/**
 * Lets a host ask for leases only while it has room: no poll while every slot is taken, while it is draining, or while
 * it is short of disk. A lease that reaches a full host is lost to the others until it is refused.
 */
export class SlotGate {
  private readonly slots: number;
  private readonly hasDisk: () => Promise<boolean>;
  private readonly changes = new EventTarget();
  /** Leases under way on all routes. */
  private used = 0;

  constructor(slots: number, hasDisk: () => Promise<boolean>) {
    this.slots = slots;
    this.hasDisk = hasDisk;
  }

  /** The slots of one route's worker. Each route may have a poll open for each free slot; leases count for all. */
  supplier(): CustomSlotSupplier<ActivitySlotInfo> {
    let polls = 0;
    return {
      type: 'custom',
      reserveSlot: async (_context, aborted) => {
        await this.waitForDisk(aborted);
        while (this.used + polls >= this.slots) await this.change(aborted);
        polls += 1;
        return { isUsed: false };
      },
      // Leases are never started eagerly: only a poll makes sure that the host has room.
      tryReserveSlot: () => null,
      markSlotUsed: ({ permit }) => {
        (permit as Permit).isUsed = true;
        polls -= 1;
        this.used += 1;
      },
      releaseSlot: ({ permit }) => {
        if ((permit as Permit).isUsed) this.used -= 1;
        else polls -= 1;
        this.changes.dispatchEvent(new Event('change'));
      },
    };
  }

  private async waitForDisk(aborted: AbortSignal): Promise<void> {
    while (!(await this.hasDisk())) await unlessAborted(delay(DISK_CHECK_MS, undefined, { signal: aborted }), aborted);
  }

  private async change(aborted: AbortSignal): Promise<void> {
    await unlessAborted(once(this.changes, 'change', { signal: aborted }), aborted);
  }
}

/** The SDK drops a reservation that it aborts, and would log a rejected one as an error: it is left unsettled. */
async function unlessAborted(event: Promise<unknown>, aborted: AbortSignal): Promise<void> {
  try {
    await event;
  } catch (error) {
    if (!aborted.aborted) throw error;
    await new Promise<never>(() => undefined);
  }
}
