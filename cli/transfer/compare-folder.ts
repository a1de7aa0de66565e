import { lstat, stat } from 'node:fs/promises';
import { forEachConcurrently } from '../../platform/for-each-concurrently.ts';
import { CrunchError, messageOf } from '../../shared/errors/crunch-error.ts';
import { errnoOf } from '../../storage/errno.ts';
import type { TransferProgress } from '../output/transfer-progress.ts';
import { hashFile } from './hash-file.ts';
import { resolveInside } from './resolve-inside.ts';
import type { WantedFile } from './wanted-file.ts';

const AT_ONCE = 4;

/** Something that stands where a wanted file goes, and is not that file. */
export interface Difference {
  file: WantedFile;
  /** In what it differs, for people. */
  fault: string;
  /** Whether the file can take its place: it can't take that of a folder. */
  replaceable: boolean;
}

/** What a local folder has of the files that are wanted. */
export interface Comparison {
  missing: WantedFile[];
  /** Those that are there with the same size and SHA-256. */
  equal: { files: number; sizeBytes: number };
  differing: Difference[];
}

interface Watch {
  progress: TransferProgress;
  signal: AbortSignal;
}

/** One that is there with the right size, as far as that is known. */
interface Candidate {
  file: WantedFile;
  target: string;
  sizeBytes: number;
}

/**
 * Compares files with what a folder has of them, reading those of the same size. Changes nothing. Throws
 * `storage-refused` for a file that would lie outside the folder, and `invalid-input` for one that can't be looked at.
 */
export async function compareFolder(
  folder: string,
  files: readonly WantedFile[],
  { progress, signal }: Watch,
): Promise<Comparison> {
  const comparison: Comparison = { missing: [], equal: { files: 0, sizeBytes: 0 }, differing: [] };
  const candidates: Candidate[] = [];
  await forEachConcurrently(files, { limit: AT_ONCE, signal }, async (file) => {
    const found = await lookAt(await resolveInside(folder, file.path), file);
    if (found === undefined) comparison.missing.push(file);
    else if ('fault' in found) comparison.differing.push(found);
    else candidates.push(found);
  });
  if (candidates.length > 0) await compareContents(comparison, candidates, { progress, signal });
  return comparison;
}

/** Undefined where nothing is. */
async function lookAt(target: string, file: WantedFile): Promise<Candidate | Difference | undefined> {
  try {
    const found = await lstat(target);
    const entry = found.isSymbolicLink() ? await stat(target).catch(() => found) : found;
    if (entry.isDirectory()) return { file, fault: 'is a folder here', replaceable: false };
    if (!entry.isFile()) return { file, fault: 'is no regular file here', replaceable: true };
    if (file.sha256 === null) return { file, fault: 'may differ: its checksum is not known', replaceable: true };
    if (file.size !== null && entry.size !== file.size) return differs(file);
    return { file, target, sizeBytes: entry.size };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    if (errnoOf(error) === 'ENOTDIR') return { file, fault: 'lies below what is a file here', replaceable: false };
    throw new CrunchError('invalid-input', `Cannot look at ${target}: ${messageOf(error)}.`, { cause: error });
  }
}

async function compareContents(
  { equal, differing }: Comparison,
  candidates: readonly Candidate[],
  { progress, signal }: Watch,
): Promise<void> {
  const total = candidates.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  progress.begin(candidates.length, total);
  try {
    await forEachConcurrently(candidates, { limit: AT_ONCE, signal }, async ({ file, target, sizeBytes }) => {
      if ((await hashFile(target)) === file.sha256) {
        equal.files += 1;
        equal.sizeBytes += sizeBytes;
      } else {
        differing.push(differs(file));
      }
      progress.advance(sizeBytes);
      progress.finish(file.path, sizeBytes);
    });
  } finally {
    progress.end();
  }
}

function differs(file: WantedFile): Difference {
  return { file, fault: 'has another content here', replaceable: true };
}
