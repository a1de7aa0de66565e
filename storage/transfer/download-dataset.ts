import { lstat, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { folderPrefix } from '../assert-path.ts';
import { isMissing } from '../errno.ts';
import { forEachConcurrently } from '../../platform/for-each-concurrently.ts';
import { PatientStorage } from '../patient-storage.ts';
import type { Storage } from '../storage.ts';
import { assertStorable } from './assert-storable.ts';
import { cleanWorkspace } from './clean-workspace.ts';
import { fetchFile } from './fetch-file.ts';
import { fileStateOf, isSameState } from './file-state.ts';
import { hashFileBytes } from './read-file-bytes.ts';
import { surveyDataset, type OriginalFile, type SurveyedFile } from './survey-dataset.ts';
import { withTransferMeter, type TransferMeter } from './transfer-meter.ts';
import { DEFAULT_CONCURRENCY, type TransferOptions } from './transfer-progress.ts';
import { workspaceError } from './workspace-error.ts';
import {
  DOWNLOAD_RECORD,
  DownloadRecord,
  readRecord,
  startRecord,
  UPLOAD_RECORD,
  type WorkspaceRecord,
} from './workspace-record.ts';

/** How often a dataset that changes while it is downloaded is looked at again. */
const SURVEYS = 3;

export interface DownloadOptions extends TransferOptions {
  storage: Storage;
  /** The dataset's folder in storage. */
  basePath: string;
  /** The dataset's folder on this host; made when absent. */
  workspace: string;
}

export interface DownloadedDataset {
  /** The dataset's inputs, whether fetched now or there already. */
  files: number;
  sizeBytes: number;
  /** Those that had to be fetched. */
  fetchedFiles: number;
  fetchedBytes: number;
}

interface Input extends SurveyedFile {
  original: OriginalFile;
}

/**
 * Brings a dataset's inputs into its workspace, as people put them into storage: results of earlier runs are left there,
 * of an input that a run changed the original is taken. Whatever else is in the workspace is removed, but for
 * `.crunch/`. Inputs that an earlier, perhaps interrupted, download brought are not fetched again. While storage is away
 * it waits.
 *
 * Throws `invalid-input` for names that can't be used (nothing is fetched then), `storage-corrupt` for bytes that stay
 * wrong, `host-disk-full`, `storage-stalled`, and `storage-unavailable` for a dataset that keeps changing (worth a retry,
 * which goes on where this ended).
 */
export async function downloadDataset(options: DownloadOptions): Promise<DownloadedDataset> {
  return withTransferMeter(options, async (meter) => {
    for (let survey = 1; ; survey++) {
      try {
        return await downloadOnce(options, meter);
      } catch (error) {
        const hasChanged = error instanceof CrunchError && ['precondition-failed', 'not-found'].includes(error.code);
        if (!hasChanged) throw error;
        if (survey === SURVEYS) throw keepsChanging(error);
      }
    }
  });
}

async function downloadOnce(options: DownloadOptions, meter: TransferMeter): Promise<DownloadedDataset> {
  const { basePath, workspace, concurrency = DEFAULT_CONCURRENCY } = options;
  const storage = new PatientStorage(options.storage, meter);
  const surveyed = await surveyDataset({ storage, basePath, signal: meter.signal });
  const inputs = surveyed.filter((file): file is Input => file.original !== undefined);
  await prepareWorkspace(workspace, inputs);

  const before = await readRecord(workspace, DOWNLOAD_RECORD, DownloadRecord);
  const there = await findThere(workspace, inputs, before, meter, concurrency);
  const missing = inputs.filter((input) => !there.has(input.path));
  const fetchedBytes = missing.reduce((sum, { original }) => sum + original.sizeBytes, 0);
  await assertSpace(workspace, fetchedBytes);
  meter.expect(missing.length, fetchedBytes);

  const results = surveyed
    .filter((file) => file.original === undefined)
    .map((file) => ({ path: file.path, remote: remoteOf(file) }));
  const record = await startRecord<DownloadRecord>(workspace, DOWNLOAD_RECORD, [...results, ...there.values()]);
  try {
    await forEachConcurrently(missing, { limit: concurrency, signal: meter.signal }, async (input, signal) => {
      const prefix = folderPrefix(basePath);
      const fetched = await meter.pass(() =>
        fetchFile(input.path, input.original, { storage, prefix, workspace, meter, signal }),
      );
      await record.append(recordOf(input, fetched));
      meter.finishFile();
    });
  } finally {
    await record.close();
  }
  const sizeBytes = inputs.reduce((sum, { original }) => sum + original.sizeBytes, 0);
  return { files: inputs.length, sizeBytes, fetchedFiles: missing.length, fetchedBytes };
}

async function prepareWorkspace(workspace: string, inputs: readonly Input[]): Promise<void> {
  try {
    const paths = inputs.map((input) => input.path);
    await cleanWorkspace(workspace, paths);
    await assertStorable(workspace, paths);
    await rm(join(workspace, UPLOAD_RECORD), { force: true });
  } catch (error) {
    throw workspaceError(error, workspace);
  }
}

/** The inputs that are in the workspace already, by path. */
async function findThere(
  workspace: string,
  inputs: readonly Input[],
  before: WorkspaceRecord<DownloadRecord> | undefined,
  meter: TransferMeter,
  limit: number,
): Promise<Map<string, DownloadRecord>> {
  const there = new Map<string, DownloadRecord>();
  if (!before) return there;
  await forEachConcurrently(inputs, { limit, signal: meter.signal }, async (input, signal) => {
    const known = before.lines.get(input.path);
    if (!known?.input || !isSameContent(input, known)) return;
    const state = await findState(join(workspace, input.path));
    if (state?.sizeBytes !== known.input.sizeBytes) return;
    const isUntouched = before.isSameBoot && isSameState(state, known.input.state);
    const file = join(workspace, input.path);
    if (
      isUntouched ||
      (await hashFileBytes(file, state.sizeBytes, { signal, onBytes: () => meter.move(0) })) === known.input.sha256
    ) {
      there.set(input.path, recordOf(input, { sha256: known.input.sha256, state }));
    }
  });
  return there;
}

function isSameContent({ original, version }: Input, known: DownloadRecord): boolean {
  if (original.sha256 !== undefined) return original.sha256 === known.input?.sha256;
  return known.remote.version === version && known.remote.sha256 === known.input?.sha256;
}

async function findState(file: string) {
  try {
    const stats = await lstat(file);
    return stats.isFile() ? fileStateOf(stats) : undefined;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function recordOf(
  input: Input,
  { sha256, state }: Pick<NonNullable<DownloadRecord['input']>, 'sha256' | 'state'>,
): DownloadRecord {
  const isAtOwnPath = input.original.path === input.path;
  const remote = { ...remoteOf(input), sha256: isAtOwnPath ? sha256 : input.sha256 };
  return { path: input.path, remote, input: { sha256, sizeBytes: input.original.sizeBytes, state } };
}

function remoteOf({ version, sizeBytes, sha256 }: SurveyedFile): DownloadRecord['remote'] {
  return { version, sizeBytes, sha256 };
}

async function assertSpace(workspace: string, neededBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(workspace);
  const freeBytes = bavail * bsize;
  if (freeBytes >= neededBytes) return;
  const problem = `The dataset needs ${neededBytes} bytes in ${workspace}, but only ${freeBytes} are free.`;
  throw new CrunchError('host-disk-full', `${problem} Free some space for the workspaces.`);
}

function keepsChanging(cause: CrunchError): CrunchError {
  const problem = `The dataset keeps changing while it is downloaded: ${cause.message} Try again.`;
  return new CrunchError('storage-unavailable', problem, { cause });
}
