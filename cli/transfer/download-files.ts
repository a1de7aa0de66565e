import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { CrunchClient } from '../../client/index.ts';
import type { DatasetFile } from '../../shared/contract/files.ts';
import { forEachConcurrently } from '../../platform/for-each-concurrently.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import type { TransferProgress } from '../output/transfer-progress.ts';
import { hashFile } from './hash-file.ts';
import { placeFile } from './place-file.ts';
import { resolveInside } from './resolve-inside.ts';
import type { TransferSummary } from './upload-files.ts';

interface DownloadRequest {
  client: CrunchClient;
  /** The dataset's slug. */
  dataset: string;
  files: readonly DatasetFile[];
  /** Made when absent. */
  folder: string;
  progress: TransferProgress;
  signal: AbortSignal;
}

const CONCURRENCY = 4;
const ATTEMPTS = 3;

/**
 * Fetches files of a dataset into a folder, those that it lacks or has with another content. Each is verified, and
 * stands under its name only when it is whole. Throws `storage-corrupt` for a file that keeps arriving otherwise than
 * the catalog says, and whatever the server answers; what was fetched by then stays.
 */
export async function downloadFiles(request: DownloadRequest): Promise<TransferSummary> {
  const { files, folder, progress, signal } = request;
  const sizeBytes = files.reduce((sum, file) => sum + file.size, 0);
  const summary: TransferSummary = { files: files.length, sizeBytes, unchanged: 0 };
  await mkdir(folder, { recursive: true });
  progress.begin(summary.files, summary.sizeBytes);
  try {
    await forEachConcurrently(files, { limit: CONCURRENCY, signal }, async (file, stop) => {
      const target = await resolveInside(folder, file.path);
      if (await holds(target, file)) {
        summary.unchanged += 1;
        progress.advance(file.size);
      } else {
        await mkdir(dirname(target), { recursive: true });
        await fetchFile(request, file, target, stop);
      }
      progress.finish(file.path, file.size);
    });
  } finally {
    progress.end();
  }
  return summary;
}

/** Tries again when the connection breaks on the way or the bytes are not those that the catalog knows. */
async function fetchFile(
  { client, dataset, progress }: DownloadRequest,
  file: DatasetFile,
  target: string,
  signal: AbortSignal,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    let receivedBytes = 0;
    const count = (sizeBytes: number): void => {
      receivedBytes += sizeBytes;
      progress.advance(sizeBytes);
    };
    try {
      const body = await client.getFile({ params: { slug: dataset, path: file.path } }, { signal });
      return await placeFile(body, target, { ...file, signal, count });
    } catch (error) {
      progress.advance(-receivedBytes);
      const again = error instanceof CrunchError && (error.retryable || error.code === 'storage-corrupt');
      if (!again || attempt === ATTEMPTS || signal.aborted) throw error;
    }
  }
}

async function holds(target: string, { size, sha256 }: DatasetFile): Promise<boolean> {
  const found = await stat(target).catch(() => undefined);
  return sha256 !== null && found?.isFile() === true && found.size === size && (await hashFile(target)) === sha256;
}
