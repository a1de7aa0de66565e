import { leaseManifest, PUBLISHED_MANIFEST, type Manifest, type ManifestFile } from '../../shared/domain/manifest.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { folderPrefix } from '../assert-path.ts';
import type { CallOptions, ObjectEntry, Storage } from '../storage.ts';
import { readManifest, writeDocument } from './manifest-document.ts';

const FAULTS_SHOWN = 10;

export interface PublishOptions extends CallOptions {
  storage: Storage;
  /** The dataset's folder in storage. */
  basePath: string;
  runId: string;
  leaseNumber: number;
  /**
   * Whether a run is one of the dataset's. Results of others, left by a dataset that was removed and added again at the
   * same place, give way.
   */
  isRunOfDataset(runId: string): Promise<boolean>;
}

/**
 * Publishes the results of a lease: compares its manifest with what storage holds and then makes it the dataset's
 * manifest by one conditional write. A second call finds it published and does nothing.
 *
 * Throws `lease-lost` when a later lease has published, `storage-corrupt` when the lease's manifest or a file that it
 * names is missing or different, and `precondition-failed` when somebody else published in the same moment.
 */
export function publishManifest(options: PublishOptions): Promise<Manifest> {
  const { storage, basePath, runId, leaseNumber, signal } = options;
  return publish(options, async () => {
    const path = folderPrefix(basePath) + leaseManifest(runId, leaseNumber);
    const handedOver = await readManifest(storage, path, { signal });
    if (!handedOver || !isOf(handedOver.document, options)) throw noManifest(options);
    await assertStored(handedOver.document, options);
    return handedOver.document;
  });
}

/**
 * Makes what `prepare` gives the dataset's manifest by one conditional write, unless the lease has published already.
 * Throws as `publishManifest` does.
 */
export async function publish(options: PublishOptions, prepare: () => Promise<Manifest>): Promise<Manifest> {
  const { storage, basePath, signal } = options;
  const path = folderPrefix(basePath) + PUBLISHED_MANIFEST;
  const published = await readManifest(storage, path, { signal });
  if (published && isOf(published.document, options)) return published.document;
  if (published) await assertEarlier(published.document, options);
  const manifest = await prepare();
  await writeDocument(storage, path, manifest, { ifVersion: published?.version ?? null, signal });
  return manifest;
}

function isOf(manifest: Manifest, { runId, leaseNumber }: PublishOptions): boolean {
  return manifest.runId === runId && manifest.leaseNumber === leaseNumber;
}

async function assertEarlier(published: Manifest, { leaseNumber, isRunOfDataset }: PublishOptions): Promise<void> {
  if (published.leaseNumber < leaseNumber || !(await isRunOfDataset(published.runId))) return;
  const problem = `Lease ${published.leaseNumber} of the dataset has published its results before lease ${leaseNumber}.`;
  throw new CrunchError('lease-lost', `${problem} Those of the earlier lease are dropped.`);
}

/** Throws `storage-corrupt`, naming them, when files of the manifest aren't in storage as it says. */
async function assertStored(manifest: Manifest, { storage, basePath, signal }: PublishOptions): Promise<void> {
  const prefix = folderPrefix(basePath);
  const missing = new Map(manifest.files.map((file) => [file.path, file]));
  const faults: string[] = [];
  for await (const entry of storage.list(basePath, { signal })) {
    const path = entry.path.slice(prefix.length);
    const file = missing.get(path);
    missing.delete(path);
    const fault = file && findDifference(file, entry);
    if (fault) faults.push(`${path} ${fault}`);
  }
  for (const path of missing.keys()) faults.push(`${path} is missing`);
  if (faults.length === 0) return;
  const more = faults.length > FAULTS_SHOWN ? ` and ${faults.length - FAULTS_SHOWN} more` : '';
  const list = faults.slice(0, FAULTS_SHOWN).join('; ') + more;
  const problem = `The storage doesn't hold what the host sent: ${list}.`;
  throw new CrunchError('storage-corrupt', `${problem} Nothing was published; retry the dataset.`);
}

function findDifference(file: ManifestFile, entry: ObjectEntry): string | undefined {
  if (entry.sizeBytes !== file.sizeBytes) return `has ${entry.sizeBytes} bytes instead of ${file.sizeBytes}`;
  if (file.storageVersion !== undefined && entry.version !== file.storageVersion) return 'was changed since';
  return undefined;
}

function noManifest({ runId, leaseNumber }: PublishOptions): CrunchError {
  const problem = `The host's list of results of run ${runId}, lease ${leaseNumber}, is not in the storage.`;
  return new CrunchError('storage-corrupt', `${problem} Retry the dataset.`);
}
