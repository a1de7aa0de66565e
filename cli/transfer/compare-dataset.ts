import { itemsOf, type CrunchClient } from '../../client/index.ts';
import { forEachConcurrently } from '../../platform/for-each-concurrently.ts';
import type { DatasetFile } from '../../shared/contract/files.ts';
import type { TransferProgress } from '../output/transfer-progress.ts';
import { hashFile } from './hash-file.ts';
import type { LocalFile } from './list-local-files.ts';
import { nameDifferences } from './name-differences.ts';

const AT_ONCE = 4;

/** Local files beside what a dataset has of them. */
export interface DatasetComparison {
  missing: LocalFile[];
  /** How many it has with the same SHA-256; for an input that a run changed, the original's. */
  unchanged: number;
  differing: LocalFile[];
  /** Whether a run has left results in it. */
  hasResults: boolean;
}

/** Compares local files with those of a dataset, reading those that it has by name; what is unchanged counts as done. */
export async function compareDataset(
  client: CrunchClient,
  dataset: string,
  files: readonly LocalFile[],
  { progress, signal }: { progress: TransferProgress; signal: AbortSignal },
): Promise<DatasetComparison> {
  const known = new Map<string, DatasetFile>();
  for await (const file of itemsOf(client.listFiles, { params: { slug: dataset }, query: { limit: 1000 } })) {
    known.set(file.path, file);
  }
  const hasResults = [...known.values()].some(({ origin }) => origin !== 'input');
  const comparison: DatasetComparison = { missing: [], unchanged: 0, differing: [], hasResults };
  await forEachConcurrently(files, { limit: AT_ONCE, signal }, async (file) => {
    const there = known.get(file.path);
    if (there === undefined) {
      comparison.missing.push(file);
    } else if ((await hashFile(file.localPath)) !== (there.originalSha256 ?? there.sha256)) {
      comparison.differing.push(file);
    } else {
      comparison.unchanged += 1;
      progress.advance(file.sizeBytes);
      progress.finish(file.path, file.sizeBytes);
    }
  });
  return comparison;
}

/** Throws a `conflict` that names what would be replaced below the results that were made from it. */
export function refuseReplacement(dataset: string, { hasResults, differing }: DatasetComparison): void {
  if (!hasResults || differing.length === 0) return;
  throw nameDifferences(
    differing.map(({ path }) => ({ path, message: 'has another content there' })),
    `${dataset} has, and it has results, so nothing was uploaded.`,
    'Replace with --overwrite, then run it again with `crunch retry`',
  );
}
