import { useSyncExternalStore } from 'react';
import { hashFile } from './hash-file.ts';
import { sendFile } from './send-file.ts';
import { UploadQueue, type Batch } from './upload-queue.ts';

/** The uploads of this page; they go on while it shows something else. */
export const uploads = new UploadQueue({ hash: hashFile, send: sendFile });

addEventListener('beforeunload', (event) => {
  if (uploads.isBusy()) event.preventDefault();
});

export function useUploads(slug: string): Batch {
  return useSyncExternalStore(uploads.subscribe, () => uploads.batch(slug));
}
