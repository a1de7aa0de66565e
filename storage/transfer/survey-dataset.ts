import { filePathFault } from '../../shared/domain/file-path.ts';
import { CRUNCH_FOLDER, keptInput, PUBLISHED_MANIFEST, type Manifest } from '../../shared/domain/manifest.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { folderPrefix } from '../assert-path.ts';
import type { ObjectEntry, Storage } from '../storage.ts';
import { findContent } from './find-content.ts';
import { readManifest } from './manifest-document.ts';
import { leaseOfIntent, readUploadIntent, type UploadIntent } from './upload-intent.ts';

const FAULTS_SHOWN = 20;

/** Enough to find that a page of a listing was lost, which holds hundreds. */
const MISSING_CHECKED = 50;

/** A file that lies in a dataset's folder in storage. */
export interface SurveyedFile {
  /** Relative to the dataset's folder, like all paths here. */
  path: string;
  /** Of what lies at `path` now. */
  version: string;
  sizeBytes: number;
  /** Of what lies at `path` now, if it is known. */
  sha256?: string;
  /** Where the input with which a run begins lies; absent for results, with which no run begins. */
  original?: OriginalFile;
}

/** An input as people put it there. */
export interface OriginalFile {
  /** The file's own path, or where the original of an overwritten input is kept. */
  path: string;
  version: string;
  sizeBytes: number;
  /** Undefined for a file that no run has read yet. */
  sha256?: string;
}

/** Where a dataset lies. */
export interface SurveyOptions {
  storage: Storage;
  basePath: string;
  signal?: AbortSignal;
}

/** What earlier leases wrote, published or not. */
interface History {
  published?: Manifest;
  /** Of leases after the published one, the newest last. */
  intents: UploadIntent[];
}

/**
 * Finds out which files of a dataset are inputs and which are results of earlier runs. Throws `invalid-input` for keys
 * that can't be files, and `storage-unavailable` when the listing contradicts itself.
 */
export async function surveyDataset(options: SurveyOptions): Promise<SurveyedFile[]> {
  const entries = await listDataset(options);
  const history = await readHistory(options, entries);
  const results = new Set(history.intents.flatMap((intent) => intent.results));
  for (const path of history.published?.outdated ?? []) results.add(path);
  const written = new Map(history.published?.files.map((file) => [file.path, file]));
  const overwritten = await findOverwritten(options, entries, history);
  await assertNothingMissing(options, entries, history);

  return datasetFiles(entries).map((entry) => {
    const { path, version, sizeBytes } = entry;
    const known = written.get(path);
    const sha256 = known?.storageVersion === version ? known.sha256 : undefined;
    if (results.has(path) || known?.origin === 'result') return { path, version, sizeBytes, sha256 };
    const changed = overwritten.get(path);
    if (changed) {
      const original = keptOriginal(entries, path, changed.originalSha256);
      return { path, version, sizeBytes, sha256: changed.sha256, original };
    }
    if (sha256 !== undefined && known?.originalSha256 !== undefined) {
      return { path, version, sizeBytes, sha256, original: keptOriginal(entries, path, known.originalSha256) };
    }
    return { path, version, sizeBytes, sha256, original: { path, version, sizeBytes, sha256 } };
  });
}

/** All that lies in a dataset's folder, by path, Crunch's own files too. Throws as `surveyDataset` does. */
async function listDataset({ storage, basePath, signal }: SurveyOptions): Promise<Map<string, ObjectEntry>> {
  const prefix = folderPrefix(basePath);
  const entries = new Map<string, ObjectEntry>();
  const faults: string[] = [];
  for await (const entry of storage.list(basePath, { signal })) {
    const path = entry.path.slice(prefix.length);
    const fault = filePathFault(path);
    if (fault) faults.push(`${JSON.stringify(path)} ${fault}`);
    if (entries.has(path)) throw inconsistent(`names ${path} twice`);
    entries.set(path, { ...entry, path });
  }
  if (faults.length > 0) throw unusableKeys(storage, prefix, faults);
  return entries;
}

async function readHistory(
  { storage, basePath, signal }: SurveyOptions,
  entries: Map<string, ObjectEntry>,
): Promise<History> {
  const prefix = folderPrefix(basePath);
  const published = entries.has(PUBLISHED_MANIFEST)
    ? (await readManifest(storage, prefix + PUBLISHED_MANIFEST, { signal }))?.document
    : undefined;
  const later = [...entries.keys()]
    .map((path) => ({ path, lease: leaseOfIntent(path) ?? -1 }))
    .filter(({ lease }) => lease > (published?.leaseNumber ?? -1))
    .toSorted((a, b) => a.lease - b.lease);
  const intents = await Promise.all(later.map(({ path }) => readUploadIntent(storage, prefix + path, { signal })));
  return { published, intents: intents.filter((intent) => intent !== undefined) };
}

/** The inputs that leases which never got published did overwrite, unless people have replaced them since. */
async function findOverwritten(
  { storage, basePath, signal }: SurveyOptions,
  entries: Map<string, ObjectEntry>,
  { intents }: History,
): Promise<Map<string, UploadIntent['changed'][number]>> {
  const overwritten = new Map<string, UploadIntent['changed'][number]>();
  for (const changed of intents.flatMap((intent) => intent.changed)) {
    const entry = entries.get(changed.path);
    if (!entry || entry.version === changed.originalVersion) continue;
    const found = await findContent(storage, folderPrefix(basePath) + changed.path, changed, { signal });
    if (found) overwritten.set(changed.path, changed);
  }
  return overwritten;
}

/** A listing that lost a page must not look like a dataset from which people removed files. */
async function assertNothingMissing(
  { storage, basePath, signal }: SurveyOptions,
  entries: Map<string, ObjectEntry>,
  { published }: History,
): Promise<void> {
  const missing = published?.files.filter(({ path }) => !entries.has(path)) ?? [];
  for (const { path } of missing.slice(0, MISSING_CHECKED)) {
    if (await storage.stat(folderPrefix(basePath) + path, { signal })) throw inconsistent(`leaves out ${path}`);
  }
}

function keptOriginal(entries: Map<string, ObjectEntry>, path: string, sha256: string): OriginalFile {
  const kept = entries.get(keptInput(sha256));
  if (kept) return { ...kept, sha256 };
  const problem = `A run changed the input ${path}, and its original ${keptInput(sha256)} is gone from the storage.`;
  throw new CrunchError('storage-corrupt', `${problem} Upload the input again.`);
}

/** The files of a dataset as they lie in storage now. Throws as `surveyDataset` does. */
export async function listDatasetFiles(options: SurveyOptions): Promise<ObjectEntry[]> {
  return datasetFiles(await listDataset(options));
}

function datasetFiles(entries: Map<string, ObjectEntry>): ObjectEntry[] {
  return [...entries.values()].filter((entry) => !entry.path.startsWith(`${CRUNCH_FOLDER}/`));
}

function inconsistent(what: string): CrunchError {
  return new CrunchError('storage-unavailable', `The storage's listing of the dataset ${what}. Try again.`);
}

function unusableKeys(storage: Storage, prefix: string, faults: string[]): CrunchError {
  const more = faults.length > FAULTS_SHOWN ? ` and ${faults.length - FAULTS_SHOWN} more` : '';
  const list = faults.slice(0, FAULTS_SHOWN).join('; ') + more;
  const place = `${storage.location}/${prefix}`;
  return new CrunchError('invalid-input', `Files in ${place} have names that can't be used: ${list}. Rename them.`);
}
