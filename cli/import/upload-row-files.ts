import type { CrunchClient } from '../../client/index.ts';
import { forEachConcurrently } from '../../platform/for-each-concurrently.ts';
import { childSlug } from '../../shared/domain/slug.ts';
import type { Terminal } from '../output/terminal.ts';
import { showTransfer, type TransferProgress } from '../output/transfer-progress.ts';
import { queueDataset } from '../transfer/add-dataset.ts';
import { uploadFiles, type TransferSummary } from '../transfer/upload-files.ts';
import { listRowFiles } from './list-row-files.ts';
import type { LocalRow } from './make-rows.ts';

/** What became of the files of all rows together. */
export interface UploadSummary extends TransferSummary {
  /** How many datasets have files. */
  datasets: number;
  /** How many of them were left alone, being no drafts any more. */
  skipped: number;
}

interface UploadRequest {
  client: CrunchClient;
  /** What the rows' paths are relative to. */
  filesRoot: string;
  /** What is to be uploaded at the most. */
  expected: { files: number; sizeBytes: number };
  /** Queue each dataset after its last file. */
  queue: boolean;
  signal: AbortSignal;
}

const DATASETS_AT_ONCE = 4;

/**
 * Uploads what the drafts of a table lack of their files, and queues them. A dataset that was queued since is left alone:
 * its files were whole then.
 */
export async function uploadRowFiles(
  terminal: Terminal,
  rows: AsyncIterable<LocalRow>,
  { client, filesRoot, expected, queue, signal }: UploadRequest,
): Promise<UploadSummary> {
  const progress = await showTransfer(terminal, 'uploading');
  const total: UploadSummary = { datasets: 0, files: 0, sizeBytes: 0, unchanged: 0, skipped: 0 };
  progress.begin(expected.files, expected.sizeBytes);
  try {
    await forEachConcurrently(
      withFiles(rows),
      { limit: DATASETS_AT_ONCE, signal },
      async ({ dataset, files }, stop) => {
        const slug = childSlug(dataset.project, dataset.name);
        const { state, held } = await client.getDataset({ params: { slug } }, { signal: stop });
        total.datasets += 1;
        if (state !== 'draft') return void (total.skipped += 1);
        const local = await listRowFiles(filesRoot, files);
        const summary = await uploadFiles({
          client,
          dataset: slug,
          files: local,
          overwrite: false,
          progress: partOf(progress),
          signal: stop,
        });
        total.files += summary.files;
        total.sizeBytes += summary.sizeBytes;
        total.unchanged += summary.unchanged;
        if (queue && !held) await queueDataset(client, slug);
      },
    );
  } finally {
    progress.end();
  }
  return total;
}

async function* withFiles(rows: AsyncIterable<LocalRow>): AsyncGenerator<LocalRow> {
  for await (const row of rows) if (row.files.length > 0) yield row;
}

/** For one of several transfers that are shown as one. */
function partOf(progress: TransferProgress): TransferProgress {
  return { ...progress, begin: () => {}, end: () => {} };
}
