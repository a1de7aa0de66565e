import { leaseManifest, LOGS_FOLDER, type Manifest, type ManifestFile } from '../../shared/domain/manifest.ts';
import { folderPrefix } from '../assert-path.ts';
import { forEachConcurrently } from '../../platform/for-each-concurrently.ts';
import { PatientStorage } from '../patient-storage.ts';
import type { Storage } from '../storage.ts';
import { hashFiles } from './hash-files.ts';
import { writeDocument } from './manifest-document.ts';
import { sendFile, type SendOptions } from './send-file.ts';
import { sendLog } from './send-log.ts';
import { withTransferMeter, type TransferMeter } from './transfer-meter.ts';
import { DEFAULT_CONCURRENCY, type TransferOptions } from './transfer-progress.ts';
import { loadUploadBase, type UploadBase } from './upload-base.ts';
import { uploadIntentPath } from './upload-intent.ts';
import { intentOf, planUpload, type UploadPlan } from './upload-plan.ts';
import { walkOwnFolder, walkWorkspace } from './walk-workspace.ts';
import { workspaceError } from './workspace-error.ts';
import { startRecord, UPLOAD_RECORD, type RecordWriter, type UploadRecord } from './workspace-record.ts';

export interface UploadOptions extends TransferOptions {
  storage: Storage;
  /** The dataset's folder in storage. */
  basePath: string;
  /** The dataset's folder on this host. */
  workspace: string;
  /** The dataset's slug, the host's name and the workflow revision's SHA-256, for the manifest. */
  dataset: string;
  host: string;
  revision: string;
  runId: string;
  leaseNumber: number;
  /** Called before each write; throws (`lease-lost`) when this host may not write any more. */
  mayPublish: () => void;
}

export interface UploadedResults {
  manifest: Manifest;
  /** Of the lease's manifest, relative to `basePath`. */
  manifestPath: string;
  uploadedFiles: number;
  uploadedBytes: number;
  /** What was left out and why, for people. */
  warnings: string[];
}

/**
 * Sends what a run made or changed in its workspace to storage, each file on condition that nobody else has written
 * there since the run began, then the logs, and last the lease's manifest. Nothing is ever deleted from storage. An
 * upload that goes on after a crash sends again only what was under way. While storage is away it waits.
 *
 * Throws `stage-failed` for files that can't be uploaded (nothing is sent then) or don't keep still,
 * `precondition-failed` when somebody else wrote to the same files, `storage-stalled`, and what `mayPublish` throws.
 */
export async function uploadResults(options: UploadOptions): Promise<UploadedResults> {
  return withTransferMeter(options, async (meter) => {
    try {
      return await upload({ ...options, storage: new PatientStorage(options.storage, meter) }, meter);
    } catch (error) {
      throw workspaceError(error, options.workspace);
    }
  });
}

async function upload(options: UploadOptions, meter: TransferMeter): Promise<UploadedResults> {
  const { workspace, storage, basePath, concurrency = DEFAULT_CONCURRENCY } = options;
  const walked = await walkWorkspace(workspace);
  const present = new Set(walked.files.map((file) => file.path));
  const isPresent = (path: string): boolean => present.has(path);
  const base = await loadUploadBase({ storage, basePath, workspace, isPresent, signal: meter.signal });
  const recall = (path: string) => [base.files.get(path)?.input, base.sent.get(path)].filter((known) => !!known);
  const hashed = await hashFiles(walked.files, { limit: concurrency, meter, recall });
  const plan = planUpload(hashed, base.files);
  await announce(options, plan, meter.signal);

  const sent = await send(options, plan, base, meter);
  const manifest = manifestOf(options, [...plan.unchanged, ...sent.files], plan, base.wasDownloaded);
  const manifestPath = leaseManifest(options.runId, options.leaseNumber);
  options.mayPublish();
  await writeDocument(storage, folderPrefix(basePath) + manifestPath, manifest, { signal: meter.signal });
  const uploadedBytes = sent.files.reduce((sum, file) => sum + file.sizeBytes, 0);
  const warnings = [...walked.warnings, ...sent.warnings];
  return { manifest, manifestPath, uploadedFiles: sent.files.length, uploadedBytes, warnings };
}

/** Leaves word of what is about to be written, so that later runs can tell it from inputs whatever becomes of this one. */
async function announce(options: UploadOptions, plan: UploadPlan, signal: AbortSignal): Promise<void> {
  const intent = intentOf(plan);
  if (intent.results.length === 0 && intent.changed.length === 0) return;
  options.mayPublish();
  const path = folderPrefix(options.basePath) + uploadIntentPath(options.runId, options.leaseNumber);
  await writeDocument(options.storage, path, intent, { signal });
}

async function send(
  options: UploadOptions,
  plan: UploadPlan,
  base: UploadBase,
  meter: TransferMeter,
): Promise<{ files: ManifestFile[]; warnings: string[] }> {
  const { storage, mayPublish, workspace, concurrency = DEFAULT_CONCURRENCY } = options;
  const prefix = folderPrefix(options.basePath);
  const logs = await walkOwnFolder(workspace, LOGS_FOLDER);
  const files: ManifestFile[] = [];
  const warnings: string[] = [];
  const record: RecordWriter<UploadRecord> = await startRecord(workspace, UPLOAD_RECORD, base.sent.values());
  const optionsFor = (path: string, signal: AbortSignal): SendOptions => {
    return { storage, prefix, mayPublish, meter, signal, sentBefore: base.sent.get(path), note: record.append };
  };
  const sizeBytes = [...plan.toSend, ...logs].reduce((sum, { state }) => sum + state.sizeBytes, 0);
  meter.expect(plan.toSend.length + logs.length, sizeBytes);
  const tasks = [
    ...plan.toSend.map((file) => async (signal: AbortSignal) => {
      files.push(await sendFile(file, optionsFor(file.path, signal)));
    }),
    ...logs.map((log) => async (signal: AbortSignal) => {
      if (!(await sendLog(log, optionsFor(log.path, signal)))) warnings.push(`${log.path} was being rewritten`);
    }),
  ];
  try {
    await forEachConcurrently(tasks, { limit: concurrency, signal: meter.signal }, async (task, signal) => {
      await meter.pass(() => task(signal));
      meter.finishFile();
    });
  } finally {
    await record.close();
  }
  return { files, warnings };
}

function manifestOf(
  options: UploadOptions,
  files: ManifestFile[],
  { deleted, outdated }: UploadPlan,
  wasDownloaded: boolean,
): Manifest {
  const { dataset, runId, leaseNumber, host, revision } = options;
  return {
    version: 1,
    dataset,
    runId,
    leaseNumber,
    host,
    revision,
    createdAt: new Date().toISOString(),
    verified: true,
    files: files.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    deleted: wasDownloaded ? deleted.toSorted() : [],
    outdated: outdated.toSorted(),
  };
}
