import { CRUNCH_FOLDER } from '../../shared/domain/manifest.ts';
import { folderPrefix } from '../assert-path.ts';
import type { Storage } from '../storage.ts';
import { hashObject } from './find-content.ts';
import { surveyDataset, type SurveyedFile } from './survey-dataset.ts';
import {
  DOWNLOAD_RECORD,
  DownloadRecord,
  readRecord,
  UPLOAD_RECORD,
  UploadRecord,
  type WorkspaceRecord,
} from './workspace-record.ts';

/** What an upload compares the workspace with. */
export interface UploadBase {
  /** What storage held when the run began, and what this workspace has sent since, by path. */
  files: Map<string, DownloadRecord>;
  /** Whether the inputs were brought by a download: only then can one be missing because the workflow removed it. */
  wasDownloaded: boolean;
  /** What this workspace has sent, or was about to send when it was interrupted. */
  sent: Map<string, UploadRecord>;
}

interface BaseOptions {
  storage: Storage;
  basePath: string;
  workspace: string;
  /** Whether a file of this path is in the workspace. */
  isPresent: (path: string) => boolean;
  signal: AbortSignal;
}

/** Finds what an upload starts from: the download's record, or storage itself where nothing was downloaded. */
export async function loadUploadBase(options: BaseOptions): Promise<UploadBase> {
  const downloaded = await readRecord(options.workspace, DOWNLOAD_RECORD, DownloadRecord);
  const uploaded = await readRecord(options.workspace, UPLOAD_RECORD, UploadRecord);
  const files = downloaded ? forgetStates(downloaded) : await surveyBase(options);
  const sent = new Map(uploaded?.isSameBoot ? uploaded.lines : []);
  for (const { path, version, sizeBytes, sha256 } of sent.values()) {
    if (version === undefined || path.startsWith(`${CRUNCH_FOLDER}/`)) continue;
    files.set(path, { ...files.get(path), path, remote: { version, sizeBytes, sha256 } });
  }
  return { files, wasDownloaded: downloaded !== undefined, sent };
}

/** After a crash of the machine a file may hold something else in spite of its unchanged state. */
function forgetStates({ lines, isSameBoot }: WorkspaceRecord<DownloadRecord>): Map<string, DownloadRecord> {
  if (!isSameBoot) for (const line of lines.values()) if (line.input) line.input.state.inode = -1;
  return lines;
}

async function surveyBase(options: BaseOptions): Promise<Map<string, DownloadRecord>> {
  const files = new Map<string, DownloadRecord>();
  for (const surveyed of await surveyDataset(options)) {
    const record = await recordOf(surveyed, options);
    if (record) files.set(record.path, record);
  }
  return files;
}

/** Undefined for an input of which nothing is known and nothing is here: the next run will find it as it is. */
async function recordOf(
  { path, version, sizeBytes, sha256, original }: SurveyedFile,
  { storage, basePath, isPresent, signal }: BaseOptions,
): Promise<DownloadRecord | undefined> {
  if (!original) return { path, remote: { version, sizeBytes, sha256 } };
  const isKnown = original.sha256 !== undefined;
  if (!isKnown && !isPresent(path)) return undefined;
  const object = folderPrefix(basePath) + original.path;
  const originalSha256 = original.sha256 ?? (await hashObject(storage, object, original.version, { signal }));
  if (originalSha256 === undefined) return undefined;
  const state = { sizeBytes: -1, modifiedMs: 0, changedMs: 0, inode: -1 };
  return {
    path,
    remote: { version, sizeBytes, sha256: sha256 ?? originalSha256 },
    input: { sha256: originalSha256, sizeBytes: original.sizeBytes, state },
  };
}
