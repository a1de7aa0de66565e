import { createHash } from 'node:crypto';
import type { CrunchClient } from '../../client/index.ts';
import { forEachConcurrently } from '../../platform/for-each-concurrently.ts';
import { filePathFault } from '../../shared/domain/file-path.ts';
import { isCrunchPath } from '../../shared/domain/manifest.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import type { ObjectEntry, Storage } from '../../storage/storage.ts';
import type { DjangoDataset } from './django-site.ts';
import type { ImportMapping } from './import-mapping.ts';
import type { ImportOutcome } from './import-site.ts';

interface ImportFilesOptions {
  client: CrunchClient;
  /** The site's own. */
  storage: Storage;
  datasets: DjangoDataset[];
  mapping: ImportMapping;
  dryRun: boolean;
  outcome: ImportOutcome;
  note(text: string): void;
  signal: AbortSignal;
}

const CONCURRENCY = 4;

/**
 * Copies the files of all datasets, those that are not there yet or differ since. What clients of django-crunch keep for
 * themselves in `.crunch` is left out.
 */
export async function importFiles(options: ImportFilesOptions): Promise<void> {
  const { datasets, outcome, note } = options;
  for (const dataset of datasets) {
    const slug = outcome.slugs.get(dataset.slug);
    if (slug === undefined) continue;
    try {
      await importDatasetFiles(options, dataset, slug);
    } catch (error) {
      if (!(error instanceof CrunchError) || error.code !== 'conflict') throw error;
      outcome.warnings.push(error.message);
    }
    note(`copied the files of ${dataset.slug}`);
  }
}

async function importDatasetFiles(options: ImportFilesOptions, dataset: DjangoDataset, slug: string): Promise<void> {
  const { storage, mapping, outcome, dryRun, signal } = options;
  const folder = dataset.base_file_path.replace(/^\/+|\/+$/g, '');
  const files: (ObjectEntry & { name: string })[] = [];
  for await (const entry of storage.list(folder, { signal })) {
    const name = entry.path.slice(folder.length + 1);
    const fault = filePathFault(name);
    if (fault !== undefined) outcome.warnings.push(`${entry.path} is left out: its name ${fault}`);
    else if (!isCrunchPath(name)) files.push({ ...entry, name });
  }
  await forEachConcurrently(files, { limit: CONCURRENCY, signal }, async (entry, stop) => {
    const { name, version } = entry;
    const key = `${dataset.id}/${name}`;
    const known = mapping.versionOf(key);
    outcome.counts.files[known === version ? 'unchanged' : known === undefined ? 'added' : 'changed'] += 1;
    if (known === version || dryRun) return;
    await copyFile(options, slug, entry, stop);
    await mapping.remember({ file: key, version });
  });
}

/** Read twice, since its checksum goes before its bytes. */
async function copyFile(
  { client, storage }: ImportFilesOptions,
  slug: string,
  { path, name, version, sizeBytes }: ObjectEntry & { name: string },
  signal: AbortSignal,
): Promise<void> {
  const hash = createHash('sha256');
  for await (const chunk of read(storage, path, version, signal)) hash.update(chunk);
  const open = () => (sizeBytes === 0 ? new Blob([]) : ReadableStream.from(read(storage, path, version, signal)));
  const query = { sha256: hash.digest('hex') };
  await client.putFile({ params: { slug, path: name }, query, body: { sizeBytes, open } }, { signal });
}

async function* read(
  storage: Storage,
  path: string,
  ifVersion: string,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const { stream } = await storage.read(path, { ifVersion, signal });
  yield* stream as AsyncIterable<Buffer>;
}
