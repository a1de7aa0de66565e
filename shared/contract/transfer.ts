import { z } from 'zod';
import { SizeBytes, Timestamp } from './common.ts';

/** How far a stage is that moves files. */
export const TransferState = z.strictObject({
  stage: z.string().max(100),
  filesDone: z.int().min(0),
  /** Grows while it is still being found out what has to be moved; so does `bytesTotal`. */
  filesTotal: z.int().min(0),
  bytesDone: SizeBytes,
  bytesTotal: SizeBytes,
  bytesPerSecond: SizeBytes,
  /** Since when storage has not answered; null while it does. */
  waitingSince: Timestamp.nullable(),
});
