import { z } from 'zod';
import { externalInputs, type Manifest, type ManifestFile } from '../../shared/domain/manifest.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { folderPrefix } from '../assert-path.ts';
import { readDocument, writeDocument } from './manifest-document.ts';
import { publish, type PublishOptions } from './publish-manifest.ts';
import { listDatasetFiles, surveyDataset, type SurveyOptions } from './survey-dataset.ts';

/** What lay in a dataset's folder when an external client began with it. */
const ExternalInputs = z.object({
  files: z.array(
    z.object({
      path: z.string(),
      version: z.string(),
      sha256: z.string().optional(),
      /** False for a result of an earlier run. */
      isInput: z.boolean(),
    }),
  ),
});
type ExternalInputs = z.infer<typeof ExternalInputs>;

/** A run of a client that reaches the storage without us. */
export interface ListingOptions extends PublishOptions {
  /** The dataset's slug. */
  dataset: string;
  host: string;
  /** SHA-256 of the workflow that it was given, empty where there was none. */
  revision: string;
}

/**
 * Notes what lies in a dataset's folder, so that what is there later besides is known as the run's results. A second call
 * for the run changes nothing.
 */
export async function noteExternalInputs(options: SurveyOptions & { runId: string }): Promise<void> {
  const { storage, basePath, runId, signal } = options;
  const path = folderPrefix(basePath) + externalInputs(runId);
  try {
    await writeDocument(storage, path, await survey(options), { ifVersion: null, signal });
  } catch (error) {
    if (!(error instanceof CrunchError) || error.code !== 'precondition-failed') throw error;
  }
}

/**
 * Publishes what storage lists of a dataset as the results of a run, none of it verified. What the run overwrote of the
 * inputs counts as changed, and is what the next run begins with: nobody has kept the originals. Where nobody noted what
 * lay there before the run, all that isn't known as a result is an input. A second call finds it published. Throws as
 * `publishManifest` does.
 */
export function publishListing(options: ListingOptions): Promise<Manifest> {
  return publish(options, async () => {
    const { storage, basePath, dataset, runId, leaseNumber, host, revision, signal } = options;
    const path = folderPrefix(basePath) + externalInputs(runId);
    const noted = await readDocument(storage, path, ExternalInputs, { signal });
    const known = new Map((noted?.document ?? (await survey(options))).files.map((file) => [file.path, file]));
    const files: ManifestFile[] = [];
    const outdated: string[] = [];
    for (const { path: name, version, sizeBytes } of await listDatasetFiles(options)) {
      const before = known.get(name);
      const isAsBefore = before?.version === version;
      const file = { path: name, sizeBytes, storageVersion: version };
      if (before?.isInput) files.push({ ...file, ...(isAsBefore ? asBefore(before) : { origin: 'changed' }) });
      else if (isAsBefore) outdated.push(name);
      else files.push({ ...file, origin: 'result' });
    }
    const createdAt = new Date().toISOString();
    const run = { dataset, runId, leaseNumber, host, revision, createdAt, verified: false };
    return { version: 1, ...run, files, deleted: [], outdated };
  });
}

function asBefore({ sha256 }: ExternalInputs['files'][number]): Pick<ManifestFile, 'sha256' | 'origin'> {
  return { origin: 'input', ...(sha256 !== undefined && { sha256 }) };
}

async function survey(options: SurveyOptions): Promise<ExternalInputs> {
  const files = await surveyDataset(options);
  return {
    files: files.map(({ path, version, sha256, original }) => ({
      ...{ path, version, isInput: original !== undefined },
      ...(sha256 !== undefined && { sha256 }),
    })),
  };
}
