/** How far a transfer is. Totals grow while it is still being found out what has to be moved. */
export interface TransferProgress {
  filesDone: number;
  filesTotal: number;
  bytesDone: number;
  bytesTotal: number;
  /** Since when storage has not answered; absent while it does. */
  waitingSince?: Date;
}

/** What every transfer between a storage and a workspace takes. */
export interface TransferOptions {
  /** Files that are moved at the same time; 8 when absent. */
  concurrency?: number;
  /** Called at most twice a second, and once at the end. */
  onProgress?: (progress: TransferProgress) => void;
  /** Ends the transfer with `storage-stalled` when nothing has moved for this long; ten minutes when absent. */
  stallTimeoutMs?: number;
  signal?: AbortSignal;
}

export const DEFAULT_CONCURRENCY = 8;
