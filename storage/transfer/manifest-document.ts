import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { z } from 'zod';
import { filePathFault } from '../../shared/domain/file-path.ts';
import { FILE_ORIGINS, type Manifest } from '../../shared/domain/manifest.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import type { CallOptions, Storage, WriteOptions } from '../storage.ts';

/** About a million files. */
const LARGEST_DOCUMENT_BYTES = 256 * 1024 * 1024;

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const FilePath = z.string().refine((path) => filePathFault(path) === undefined, 'is not a path of a file');

const ManifestDocument: z.ZodType<Manifest> = z.object({
  version: z.literal(1),
  dataset: z.string(),
  runId: z.string(),
  leaseNumber: z.int(),
  host: z.string(),
  revision: z.string(),
  createdAt: z.string(),
  verified: z.boolean(),
  files: z.array(
    z.object({
      path: FilePath,
      sizeBytes: z.int().nonnegative(),
      sha256: Sha256.optional(),
      origin: z.enum(FILE_ORIGINS),
      originalSha256: Sha256.optional(),
      storageVersion: z.string().optional(),
    }),
  ),
  deleted: z.array(FilePath),
  outdated: z.array(FilePath),
});

/** A document as it lies in storage, with its version there. */
export interface StoredDocument<T> {
  document: T;
  version: string;
}

/** Reads a manifest; undefined when there is none. Throws `storage-corrupt` for anything else than a manifest. */
export function readManifest(
  storage: Storage,
  path: string,
  options: CallOptions,
): Promise<StoredDocument<Manifest> | undefined> {
  return readDocument(storage, path, ManifestDocument, options);
}

/** Reads a JSON document of Crunch's own; undefined when there is none. Throws `storage-corrupt` when it isn't right. */
export async function readDocument<T>(
  storage: Storage,
  path: string,
  schema: z.ZodType<T>,
  options: CallOptions,
): Promise<StoredDocument<T> | undefined> {
  const content = await openDocument(storage, path, options);
  if (!content) return undefined;
  const { info, stream } = content;
  if (info.sizeBytes > LARGEST_DOCUMENT_BYTES) {
    stream.destroy();
    throw new CrunchError('storage-corrupt', `${path} in the storage is too large to be what it should be.`);
  }
  return { document: parseDocument(String(await buffer(stream)), path, schema), version: info.version };
}

/** Writes a JSON document of Crunch's own. */
export function writeDocument(
  storage: Storage,
  path: string,
  document: object,
  options: Pick<WriteOptions, 'ifVersion' | 'signal'>,
): Promise<{ version: string }> {
  const content = Buffer.from(JSON.stringify(document));
  const sha256 = createHash('sha256').update(content).digest('hex');
  return storage.write(path, content, { ...options, sizeBytes: content.length, sha256 });
}

async function openDocument(storage: Storage, path: string, options: CallOptions) {
  try {
    return await storage.read(path, options);
  } catch (error) {
    if (error instanceof CrunchError && error.code === 'not-found') return undefined;
    throw error;
  }
}

function parseDocument<T>(text: string, path: string, schema: z.ZodType<T>): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw new CrunchError('storage-corrupt', `${path} in the storage is not what Crunch wrote there.`, {
      cause: error,
    });
  }
}
