import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { CrunchClient } from '../../client/index.ts';
import { forEachConcurrently } from '../../platform/for-each-concurrently.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import type { TransferProgress } from '../output/transfer-progress.ts';
import { placeFile } from './place-file.ts';
import { resolveInside } from './resolve-inside.ts';
import { sumSizes, type WantedFile } from './wanted-file.ts';

interface DownloadRequest {
  client: CrunchClient;
  /** The dataset's slug. */
  dataset: string;
  files: readonly WantedFile[];
  folder: string;
  progress: TransferProgress;
  signal: AbortSignal;
}

const CONCURRENCY = 4;
const ATTEMPTS = 3;

/**
 * Fetches files of a dataset into a folder, over what stands there under their names, and gives the number of bytes.
 * Each is verified, and stands under its name only when it is whole. Throws `storage-corrupt` for a file that keeps
 * arriving otherwise than the catalog says, and whatever the server answers; what was fetched by then stays.
 */
export async function downloadFiles(request: DownloadRequest): Promise<number> {
  const { files, folder, progress, signal } = request;
  let totalBytes = 0;
  progress.begin(files.length, sumSizes(files));
  try {
    await forEachConcurrently(files, { limit: CONCURRENCY, signal }, async (file, stop) => {
      const target = await resolveInside(folder, file.path);
      await mkdir(dirname(target), { recursive: true });
      const sizeBytes = await fetchFile(request, file, target, stop);
      totalBytes += sizeBytes;
      progress.finish(file.path, sizeBytes);
    });
  } finally {
    progress.end();
  }
  return totalBytes;
}

/**
 * Tries again when the connection breaks on the way or the bytes are not those that the catalog knows. Gives the number
 * of bytes.
 */
async function fetchFile(
  { client, dataset, progress }: DownloadRequest,
  file: WantedFile,
  target: string,
  signal: AbortSignal,
): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    let receivedBytes = 0;
    const count = (sizeBytes: number): void => {
      receivedBytes += sizeBytes;
      progress.advance(sizeBytes);
    };
    try {
      const body = await client.getFile({ params: { slug: dataset, path: file.source } }, { signal });
      await placeFile(body, target, { ...file, signal, count });
      return receivedBytes;
    } catch (error) {
      progress.advance(-receivedBytes);
      const again = error instanceof CrunchError && (error.retryable || error.code === 'storage-corrupt');
      if (!again || attempt === ATTEMPTS || signal.aborted) throw explain(error, file);
    }
  }
}

/** Nobody knows a kept original by the name that it has in storage. */
function explain(error: unknown, { path, source }: WantedFile): unknown {
  if (path === source || !(error instanceof CrunchError) || error.code !== 'not-found') return error;
  return new CrunchError('not-found', `The original of ${path} is gone from storage, where it was kept as ${source}.`, {
    cause: error,
  });
}
