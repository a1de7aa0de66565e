import { createHash } from 'node:crypto';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import type { CallOptions, Storage } from '../storage.ts';

interface Content {
  sizeBytes: number;
  sha256: string;
}

/**
 * The version of an object if it has this content, else undefined: as the store says, or by reading the object where the
 * store keeps no checksum.
 */
export async function findContent(
  storage: Storage,
  path: string,
  { sizeBytes, sha256 }: Content,
  options: CallOptions,
): Promise<string | undefined> {
  const info = await storage.stat(path, options);
  if (info?.sizeBytes !== sizeBytes) return undefined;
  const actual = info.sha256 ?? (await hashObject(storage, path, info.version, options));
  return actual === sha256 ? info.version : undefined;
}

/** The SHA-256 of an object; undefined when it has another version by now. */
export async function hashObject(
  storage: Storage,
  path: string,
  ifVersion: string,
  options: CallOptions,
): Promise<string | undefined> {
  try {
    const { stream } = await storage.read(path, { ...options, ifVersion });
    const hash = createHash('sha256');
    for await (const chunk of stream as AsyncIterable<Buffer>) hash.update(chunk);
    return hash.digest('hex');
  } catch (error) {
    if (error instanceof CrunchError && ['precondition-failed', 'not-found'].includes(error.code)) return undefined;
    throw error;
  }
}
