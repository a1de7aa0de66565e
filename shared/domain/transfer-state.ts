import { formatSize } from './format-size.ts';

/** How far a stage is that moves files. */
export interface TransferState {
  stage: string;
  filesDone: number;
  /** Grows while it is still being found out what has to be moved; so does `bytesTotal`. */
  filesTotal: number;
  bytesDone: number;
  bytesTotal: number;
  bytesPerSecond: number;
  /** Since when storage has not answered; null while it does. */
  waitingSince: string | null;
}

/** For people: `3 of 10 files, 1.2 GiB of 4 GiB, 12 MiB a second`. */
export function describeTransfer(transfer: TransferState): string {
  const { filesDone, filesTotal, bytesDone, bytesTotal, bytesPerSecond, waitingSince } = transfer;
  const amount = `${filesDone} of ${filesTotal} files, ${formatSize(bytesDone)} of ${formatSize(bytesTotal)}`;
  if (waitingSince !== null) return `${amount}, waiting for storage since ${waitingSince.slice(11, 16)} UTC`;
  return `${amount}, ${formatSize(bytesPerSecond)} a second`;
}
