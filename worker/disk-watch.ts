import type { LeaseTable } from '../activities/host/lease-table.ts';
import { formatSize } from '../shared/domain/format-size.ts';
import { CrunchError } from '../shared/errors/crunch-error.ts';
import { isEndless, type HostOptions } from './host-options.ts';
import { readFreeBytes } from './find-refusal.ts';

export interface DiskWatchOptions {
  host: Pick<HostOptions, 'directory' | 'mode' | 'onEvent'>;
  leases: Pick<LeaseTable, 'size' | 'open'>;
  /** What the disk must have for another dataset. */
  neededBytes: number;
}

/** Whether a host's disk has room for another dataset, which is told once each time that it changes. */
export class DiskWatch {
  /** Rejects with `host-disk-full` when the host has no room and nothing in hand, unless it runs for ever. */
  readonly full: Promise<never>;
  private readonly options: DiskWatchOptions;
  private readonly giveUp: (error: CrunchError) => void;
  private isShort = false;

  constructor(options: DiskWatchOptions) {
    this.options = options;
    let reject!: (error: CrunchError) => void;
    this.full = new Promise((_, fail) => {
      reject = fail;
    });
    this.full.catch(() => undefined);
    this.giveUp = reject;
  }

  async hasRoom(): Promise<boolean> {
    const { host, leases, neededBytes } = this.options;
    const { directory, mode, onEvent } = host;
    const freeBytes = await readFreeBytes(directory);
    const wasShort = this.isShort;
    this.isShort = freeBytes < neededBytes;
    if (this.isShort !== wasShort) {
      onEvent(this.isShort ? { type: 'disk-short', directory, freeBytes, neededBytes } : { type: 'disk-has-room' });
    }
    // What is in hand may make room, and how it ended is still to be told.
    if (this.isShort && !isEndless(mode) && leases.size + leases.open.length === 0) {
      this.giveUp(shortOfDisk(directory, freeBytes, neededBytes));
    }
    return !this.isShort;
  }
}

function shortOfDisk(directory: string, freeBytes: number, neededBytes: number): CrunchError {
  const has = `${directory} has ${formatSize(freeBytes)} free, a dataset needs ${formatSize(neededBytes)}`;
  return new CrunchError(
    'host-disk-full',
    `This host can take nothing: ${has}. Make room, or give another --directory.`,
  );
}
