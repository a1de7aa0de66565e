import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { CrunchClient, Upload } from '../../client/index.ts';
import { forEachConcurrently } from '../../platform/for-each-concurrently.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import type { TransferProgress } from '../output/transfer-progress.ts';
import { compareDataset, refuseReplacement } from './compare-dataset.ts';
import { hashFile } from './hash-file.ts';
import type { LocalFile } from './list-local-files.ts';

interface UploadRequest {
  client: CrunchClient;
  /** The dataset's slug. */
  dataset: string;
  files: readonly LocalFile[];
  /** Replace what differs also where the dataset has results. */
  overwrite: boolean;
  progress: TransferProgress;
  signal: AbortSignal;
}

/** What became of the files of a transfer. */
export interface TransferSummary {
  files: number;
  sizeBytes: number;
  /** How many of the files were there already, with the same content. */
  unchanged: number;
}

/** What became of the files of an upload. */
export interface UploadSummary extends TransferSummary {
  /** How many took the place of another content. */
  replaced: number;
}

const CONCURRENCY = 4;

/**
 * Puts files into a dataset, those that it lacks or has with another content. The server verifies each by its SHA-256.
 * Throws `conflict` for files that differ where the dataset has results, unless they may be overwritten, and for a file
 * that changes meanwhile; and whatever the server answers. What was uploaded by then stays.
 */
export async function uploadFiles(request: UploadRequest): Promise<UploadSummary> {
  const { client, dataset, files, overwrite, progress, signal } = request;
  const sizeBytes = sumSizes(files);
  progress.begin(files.length, sizeBytes);
  try {
    const comparison = await compareDataset(client, dataset, files, { progress, signal });
    if (!overwrite) refuseReplacement(dataset, comparison);
    const { missing, unchanged, differing } = comparison;
    await forEachConcurrently([...differing, ...missing], { limit: CONCURRENCY, signal }, async (file, stop) => {
      await uploadFile(request, file, await hashFile(file.localPath), stop);
      progress.finish(file.path, file.sizeBytes);
    });
    return { files: files.length, sizeBytes, unchanged, replaced: differing.length };
  } finally {
    progress.end();
  }
}

async function uploadFile(
  { client, dataset, progress }: UploadRequest,
  file: LocalFile,
  sha256: string,
  signal: AbortSignal,
): Promise<void> {
  const params = { slug: dataset, path: file.path };
  try {
    await client.putFile({ params, query: { sha256 }, body: bodyOf(file, progress) }, { signal });
  } catch (error) {
    if (!(await hasContent(file, sha256))) {
      throw new CrunchError('conflict', `${file.localPath} changed while it was uploaded. Upload it again.`, {
        cause: error,
      });
    }
    throw error;
  }
}

/** Each attempt reads the file anew, and takes back what an earlier attempt told the progress. */
function bodyOf({ localPath, sizeBytes }: LocalFile, progress: TransferProgress): Upload {
  let sentBytes = 0;
  async function* read(): AsyncGenerator<Uint8Array> {
    for await (const chunk of createReadStream(localPath, { highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>) {
      sentBytes += chunk.length;
      progress.advance(chunk.length);
      yield chunk;
    }
  }
  return {
    sizeBytes,
    open() {
      progress.advance(-sentBytes);
      sentBytes = 0;
      return sizeBytes === 0 ? new Blob([]) : ReadableStream.from(read());
    },
  };
}

async function hasContent({ localPath, sizeBytes }: LocalFile, sha256: string): Promise<boolean> {
  const now = await stat(localPath).catch(() => undefined);
  return now?.size === sizeBytes && (await hashFile(localPath)) === sha256;
}

function sumSizes(files: readonly LocalFile[]): number {
  return files.reduce((sum, file) => sum + file.sizeBytes, 0);
}
