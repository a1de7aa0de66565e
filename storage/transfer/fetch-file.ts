import { createHash, randomUUID, type Hash } from 'node:crypto';
import { lstat, mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import type { Storage } from '../storage.ts';
import { pauseAfter } from '../with-retries.ts';
import { FETCH_FOLDER } from './clean-workspace.ts';
import { fileStateOf, type FileState } from './file-state.ts';
import type { OriginalFile } from './survey-dataset.ts';
import type { TransferMeter } from './transfer-meter.ts';
import { workspaceError } from './workspace-error.ts';

/** Attempts at one file that bring wrong bytes. */
const MAX_ATTEMPTS = 4;

interface FetchOptions {
  storage: Storage;
  /** Of the dataset in storage; empty or with a `/` at its end. */
  prefix: string;
  workspace: string;
  meter: TransferMeter;
  signal: AbortSignal;
}

export interface FetchedFile {
  sha256: string;
  state: FileState;
}

/** A file that is being fetched, as far as it is there. */
interface PartialFile {
  handle: FileHandle;
  hash: Hash;
  sizeBytes: number;
  /** What storage itself says of the content. */
  storedSha256?: string;
}

/**
 * Fetches an input to `path` in the workspace. It gets its name when its size and checksum have been verified; a broken
 * connection is continued where it broke. Throws `storage-corrupt` when the bytes stay wrong, `precondition-failed` or
 * `not-found` when the object has changed since it was listed.
 */
export async function fetchFile(path: string, source: OriginalFile, options: FetchOptions): Promise<FetchedFile> {
  const { workspace } = options;
  const target = join(workspace, path);
  const unfinished = join(workspace, FETCH_FOLDER, randomUUID());
  try {
    const sha256 = await fetchVerified(unfinished, source, options);
    await mkdir(dirname(target), { recursive: true });
    await rename(unfinished, target);
    return { sha256, state: fileStateOf(await lstat(target)) };
  } catch (error) {
    await rm(unfinished, { force: true });
    throw workspaceError(error, path);
  }
}

/** Fetches a file as often as it takes to get the right bytes, and returns their checksum. */
async function fetchVerified(file: string, source: OriginalFile, options: FetchOptions): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    const handle = await open(file, 'w');
    const partial: PartialFile = { handle, hash: createHash('sha256'), sizeBytes: 0 };
    try {
      await fetchBytes(partial, source, options);
      return verify(partial, source, options);
    } catch (error) {
      const isCorrupt = error instanceof CrunchError && error.code === 'storage-corrupt';
      if (!isCorrupt || attempt === MAX_ATTEMPTS) throw error;
      options.meter.move(-partial.sizeBytes);
    } finally {
      await handle.close();
    }
  }
}

/** Reads until the stream ends well, going on where it broke for as long as the meter lets it. */
async function fetchBytes(partial: PartialFile, source: OriginalFile, options: FetchOptions): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const before = partial.sizeBytes;
    try {
      return await readOn(partial, source, options);
    } catch (error) {
      if (!(error instanceof CrunchError) || !error.retryable) throw error;
      if (partial.sizeBytes > before) attempt = 1;
      options.meter.failed(error);
    }
    await pauseAfter(attempt, options.signal);
  }
}

async function readOn(
  partial: PartialFile,
  source: OriginalFile,
  { storage, prefix, meter, signal }: FetchOptions,
): Promise<void> {
  if (partial.sizeBytes > 0 && partial.sizeBytes >= source.sizeBytes) return;
  const content = await storage.read(prefix + source.path, {
    offset: partial.sizeBytes,
    ifVersion: source.version,
    signal,
  });
  partial.storedSha256 = content.info.sha256;
  for await (const chunk of content.stream as AsyncIterable<Buffer>) {
    await partial.handle.writeFile(chunk);
    partial.hash.update(chunk);
    partial.sizeBytes += chunk.length;
    meter.move(chunk.length);
    if (partial.sizeBytes > source.sizeBytes) return;
  }
}

function verify(partial: PartialFile, source: OriginalFile, { storage, prefix }: FetchOptions): string {
  const place = `${storage.location}/${prefix}${source.path}`;
  if (partial.sizeBytes !== source.sizeBytes) {
    throw corrupt(place, 'size in bytes', source.sizeBytes, partial.sizeBytes);
  }
  const actual = partial.hash.digest('hex');
  for (const expected of [source.sha256, partial.storedSha256]) {
    if (expected !== undefined && expected !== actual) throw corrupt(place, 'SHA-256', expected, actual);
  }
  return actual;
}

function corrupt(place: string, what: string, expected: string | number, actual: string | number): CrunchError {
  const problem = `The storage gives wrong bytes for ${place}: its ${what} should be ${expected} but is ${actual}.`;
  return new CrunchError('storage-corrupt', `${problem} Upload the file again.`);
}
