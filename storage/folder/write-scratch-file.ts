import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { openBody } from '../open-body.ts';
import type { ObjectBody, WriteOptions } from '../storage.ts';
import { throwIfAborted } from '../throw-if-aborted.ts';
import { fileVersion } from './file-version.ts';

/**
 * Writes a body to a new file, through to the disk, and returns the file's version. Throws `storage-corrupt` when the
 * body isn't what was declared; `path` is for that message. Whoever calls removes the file.
 */
export async function writeScratchFile(
  file: string,
  path: string,
  body: ObjectBody,
  { sizeBytes, sha256, signal }: WriteOptions,
): Promise<string> {
  const handle = await open(file, 'wx');
  try {
    const hash = createHash('sha256');
    let written = 0;
    for await (const chunk of openBody(body, signal) as AsyncIterable<Buffer>) {
      written += chunk.length;
      if (written > sizeBytes) break;
      hash.update(chunk);
      await handle.writeFile(chunk);
    }
    if (written !== sizeBytes) throw otherThanDeclared(path, 'size', sizeBytes, written);
    const actual = hash.digest('hex');
    if (actual !== sha256) throw otherThanDeclared(path, 'SHA-256', sha256, actual);
    await handle.datasync();
    return fileVersion(await handle.stat({ bigint: true }));
  } catch (error) {
    throwIfAborted(signal);
    throw error;
  } finally {
    await handle.close();
  }
}

function otherThanDeclared(
  path: string,
  what: string,
  declared: string | number,
  actual: string | number,
): CrunchError {
  return new CrunchError('storage-corrupt', `The ${what} of ${path} should be ${declared} but is ${actual}.`);
}
