import { keptInput, type ManifestFile } from '../../shared/domain/manifest.ts';
import type { HashedFile } from './hash-files.ts';
import type { UploadIntent } from './upload-intent.ts';
import type { DownloadRecord } from './workspace-record.ts';

/** A file whose content the host has read. */
type HashedEntry = ManifestFile & { sha256: string };

/** A file that has to be sent, and what it replaces. */
export interface PlannedFile extends HashedFile {
  /** What storage should hold at the path now; null for nothing. */
  replaces: string | null;
  /** For a changed input: the original, which has to be kept before it is overwritten. */
  keeps?: { path: string; version: string };
  entry: HashedEntry;
}

export interface UploadPlan {
  toSend: PlannedFile[];
  /** Files that storage holds already as they are. */
  unchanged: ManifestFile[];
  deleted: string[];
  outdated: string[];
}

/** Decides what a run made of the files with which it began. */
export function planUpload(files: readonly HashedFile[], base: ReadonlyMap<string, DownloadRecord>): UploadPlan {
  const plan: UploadPlan = { toSend: [], unchanged: [], deleted: [], outdated: [] };
  for (const file of files) {
    const before = base.get(file.path);
    const entry = entryOf(file, before);
    if (before?.remote.sha256 === file.sha256) {
      plan.unchanged.push({ ...entry, storageVersion: before.remote.version });
    } else {
      plan.toSend.push({
        ...file,
        entry,
        replaces: before?.remote.version ?? null,
        keeps: originalToKeep(before, entry),
      });
    }
  }
  const present = new Set(files.map((file) => file.path));
  for (const before of base.values()) {
    if (present.has(before.path)) continue;
    if (!before.input) plan.outdated.push(before.path);
    else {
      plan.deleted.push(before.path);
      plan.unchanged.push(remainingEntry(before, before.input));
    }
  }
  return plan;
}

/** What the plan is about to write, for the runs that come after one that ends here. */
export function intentOf({ toSend }: UploadPlan): UploadIntent {
  const intent: UploadIntent = { results: [], changed: [] };
  for (const { path, entry, replaces } of toSend) {
    if (entry.origin === 'result') intent.results.push(path);
    if (entry.originalSha256 !== undefined && replaces !== null) {
      const { sizeBytes, sha256, originalSha256 } = entry;
      intent.changed.push({ path, sizeBytes, sha256, originalSha256, originalVersion: replaces });
    }
  }
  return intent;
}

function entryOf({ path, sha256, state: { sizeBytes } }: HashedFile, before: DownloadRecord | undefined): HashedEntry {
  if (!before?.input) return { path, sizeBytes, sha256, origin: 'result' };
  const original = before.input.sha256;
  if (sha256 === original) return { path, sizeBytes, sha256, origin: 'input' };
  return { path, sizeBytes, sha256, origin: 'changed', originalSha256: original };
}

/** An original that lies only at the path that is about to be overwritten. */
function originalToKeep(before: DownloadRecord | undefined, { originalSha256 }: ManifestFile): PlannedFile['keeps'] {
  if (!before || originalSha256 === undefined || before.remote.sha256 !== originalSha256) return undefined;
  return { path: keptInput(originalSha256), version: before.remote.version };
}

/** An input that the run removed from its workspace stays in storage as it is, perhaps changed by an earlier run. */
function remainingEntry({ path, remote }: DownloadRecord, input: NonNullable<DownloadRecord['input']>): ManifestFile {
  const { sizeBytes, version: storageVersion, sha256 = input.sha256 } = remote;
  if (sha256 === input.sha256) return { path, sizeBytes, sha256, origin: 'input', storageVersion };
  return { path, sizeBytes, sha256, origin: 'changed', originalSha256: input.sha256, storageVersion };
}
