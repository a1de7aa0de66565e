import { z } from 'zod';
import type { TransferOptions, TransferProgress } from '../../storage/transfer/transfer-progress.ts';
import type { HostContext } from './host-context.ts';
import type { HostStageContext } from './stage-context.ts';

/** What a plan may say of a stage that moves files. */
export const TransferParameters = z.strictObject({
  /** Fails the stage when nothing has moved for this long; ten minutes when absent. */
  stallTimeoutMs: z
    .int()
    .min(1000)
    .max(7 * 24 * 3600 * 1000)
    .optional(),
});

export type TransferParameters = z.infer<typeof TransferParameters>;

/** How a stage moves files: it tells its progress, and ends with the stage. */
export function transferOptions(host: HostContext, context: HostStageContext<TransferParameters>): TransferOptions {
  const { parameters, signal, progress, lease, input } = context;
  return {
    signal,
    stallTimeoutMs: parameters.stallTimeoutMs,
    onProgress(state) {
      progress(state.bytesTotal === 0 ? 0 : state.bytesDone / state.bytesTotal, describeProgress(state));
      host.output.tell(lease, input.stage, state);
    },
  };
}

function describeProgress({ filesDone, filesTotal, waitingSince }: TransferProgress): string {
  const files = `${filesDone} of ${filesTotal} files`;
  return waitingSince ? `${files}, waiting for storage since ${waitingSince.toISOString().slice(11, 16)} UTC` : files;
}
