import { Readable } from 'node:stream';
import type { ManifestFile } from '../../shared/domain/manifest.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import type { Storage } from '../storage.ts';
import { findContent } from './find-content.ts';
import { hashStill, isUntouched, keepsChanging, type HashedFile } from './hash-files.ts';
import { readFileBytes } from './read-file-bytes.ts';
import type { TransferMeter } from './transfer-meter.ts';
import type { PlannedFile } from './upload-plan.ts';
import type { UploadRecord } from './workspace-record.ts';

/** How often a file that changes while it is sent is sent again. */
const SENDINGS = 3;

export interface SendOptions {
  storage: Storage;
  /** Of the dataset in storage; empty or with a `/` at its end. */
  prefix: string;
  /** Throws when this host may not write any more. */
  mayPublish: () => void;
  /** What was sent, or was about to be sent, from this path of the workspace before. */
  sentBefore: UploadRecord | undefined;
  /** Notes what is about to be sent and what was sent, for an upload that goes on after a crash. */
  note: (record: UploadRecord) => Promise<void>;
  meter: TransferMeter;
  signal: AbortSignal;
}

/**
 * Sends a result or a changed input, whose original is kept first. What storage already holds because an interrupted
 * upload of this workspace wrote it counts as sent. Throws `precondition-failed` when somebody else has written there
 * since the run began, and `stage-failed` when the file doesn't keep still.
 */
export async function sendFile(planned: PlannedFile, options: SendOptions): Promise<ManifestFile> {
  await keepOriginal(planned, options);
  let file: HashedFile = planned;
  let { replaces } = planned;
  for (let sending = 1; sending <= SENDINGS; sending++) {
    const { path, sha256, state } = file;
    const sent = { path, sha256, sizeBytes: state.sizeBytes, state };
    await options.note(sent);
    const version = await sendOnce(file, replaces, options);
    if (version !== undefined && (await isUntouched(file))) {
      await options.note({ ...sent, version });
      return { ...planned.entry, sha256, sizeBytes: state.sizeBytes, storageVersion: version };
    }
    replaces = version ?? replaces;
    file = await hashStill(file, options.meter, options.signal);
  }
  throw keepsChanging(planned.path);
}

/** Copies the original of a changed input to where it is kept, unless it is there already. */
async function keepOriginal({ path, keeps }: PlannedFile, options: SendOptions): Promise<void> {
  const { storage, prefix, mayPublish, signal } = options;
  if (!keeps || (await storage.stat(prefix + keeps.path, { signal }))) return;
  mayPublish();
  try {
    await storage.copy(prefix + path, prefix + keeps.path, { ifVersion: keeps.version, signal });
  } catch (error) {
    throw isChange(error) ? changedMeanwhile(path) : error;
  }
}

/** Writes a file as it was hashed and returns its version; undefined when it has been changed since. */
async function sendOnce(file: HashedFile, replaces: string | null, options: SendOptions): Promise<string | undefined> {
  try {
    return await writeOver(file, replaces, options);
  } catch (error) {
    if (isChange(error)) return writeOverOwn(file, options);
    const isOtherContent = error instanceof CrunchError && error.code === 'storage-corrupt';
    if (isOtherContent && !(await isUntouched(file))) return undefined;
    throw error;
  }
}

async function writeOver(file: HashedFile, ifVersion: string | null, options: SendOptions): Promise<string> {
  const { storage, prefix, mayPublish, meter, signal } = options;
  const { sha256, realPath } = file;
  const { sizeBytes } = file.state;
  mayPublish();
  const count = countOnce(meter);
  const body = () => Readable.from(count(readFileBytes(realPath, sizeBytes)), { objectMode: false });
  return (await storage.write(prefix + file.path, body, { sizeBytes, sha256, ifVersion, signal })).version;
}

/**
 * Storage holds something else than was expected: fine if it is this very content, and if it is what this workspace was
 * sending when it was interrupted.
 */
async function writeOverOwn(file: HashedFile, options: SendOptions): Promise<string> {
  const { storage, prefix, sentBefore, signal } = options;
  const content = { sizeBytes: file.state.sizeBytes, sha256: file.sha256 };
  const done = await findContent(storage, prefix + file.path, content, { signal });
  if (done !== undefined) return done;
  const own = sentBefore && (await findContent(storage, prefix + file.path, sentBefore, { signal }));
  if (own === undefined) throw changedMeanwhile(file.path);
  return writeOver(file, own, options);
}

/** Counts the bytes of a body once, however often it is sent. */
function countOnce(meter: TransferMeter): (chunks: AsyncIterable<Buffer>) => AsyncGenerator<Buffer> {
  let counted = 0;
  return async function* count(chunks) {
    let position = 0;
    for await (const chunk of chunks) {
      position += chunk.length;
      meter.move(Math.max(0, position - counted));
      counted = Math.max(counted, position);
      yield chunk;
    }
  };
}

function isChange(error: unknown): boolean {
  return error instanceof CrunchError && ['precondition-failed', 'not-found'].includes(error.code);
}

function changedMeanwhile(path: string): CrunchError {
  const problem = `Somebody else has changed ${path} in the storage since the run began, so it was not overwritten.`;
  return new CrunchError('precondition-failed', `${problem} Retry the dataset from the start.`);
}
