import { forEachConcurrently } from '../platform/for-each-concurrently.ts';
import { throwIfAborted } from '../platform/throw-if-aborted.ts';
import type { Storage } from '../storage/storage.ts';

/** Who waits for longer doesn't count for them. */
const PATIENCE_MS = 60_000;
const LISTINGS_AT_ONCE = 8;

/** How many objects lie in some folders of the storage, and of what size; null when there are too many to count. */
export async function countStored(
  storage: Storage,
  folders: string[],
  signal: AbortSignal,
): Promise<{ objects: number; bytes: number } | null> {
  const patience = AbortSignal.timeout(PATIENCE_MS);
  const either = AbortSignal.any([signal, patience]);
  const counted = { objects: 0, bytes: 0 };
  try {
    await forEachConcurrently(folders, { limit: LISTINGS_AT_ONCE, signal: either }, async (folder, stop) => {
      for await (const { sizeBytes } of storage.list(folder, { signal: stop })) {
        counted.objects += 1;
        counted.bytes += sizeBytes;
      }
    });
    throwIfAborted(either);
    return counted;
  } catch (error) {
    if (patience.aborted) return null;
    throw error;
  }
}
