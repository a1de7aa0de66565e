import { open } from 'node:fs/promises';
import { readDeclaredBody } from '../declared-body.ts';
import type { ObjectBody, WriteOptions } from '../storage.ts';
import { fileVersion } from './file-version.ts';

/**
 * Writes a body to a new file, through to the disk, and returns the file's version. Throws `storage-corrupt` when the
 * body isn't what was declared; `path` is for that message. Whoever calls removes the file.
 */
export async function writeScratchFile(
  file: string,
  path: string,
  body: ObjectBody,
  options: WriteOptions,
): Promise<string> {
  const handle = await open(file, 'wx');
  try {
    for await (const chunk of readDeclaredBody(path, body, options)) await handle.writeFile(chunk);
    await handle.datasync();
    return fileVersion(await handle.stat({ bigint: true }));
  } finally {
    await handle.close();
  }
}
