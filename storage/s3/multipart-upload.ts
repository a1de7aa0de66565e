import type { CompletedPart } from '@aws-sdk/client-s3';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import type { CallOptions, PartedWrite } from '../storage.ts';
import type { S3Connection } from './s3-connection.ts';

/** A multipart upload that is under way. */
export interface MultipartUpload extends PartedWrite {
  key: string;
}

/** What a write asks for, as S3's headers and the SDK's parameters name it. */
export interface Condition {
  IfMatch?: string;
  IfNoneMatch?: string;
}

interface UploadPlan extends CallOptions {
  key: string;
  /** Of the object, for messages. */
  path: string;
  /** Kept with the object, so that `stat` tells it; absent when nobody knows it. */
  sha256?: string;
  /** Whether the parts come with checksums, which the server then demands of each. */
  hasChecksums: boolean;
}

/**
 * Writes an object in parts: `sendParts` sends them, and the object appears when all are there. When anything fails the
 * parts are discarded. Afterwards the parts of other, dead or outrun, uploads to the same key are discarded too.
 * Returns the new object's ETag.
 */
export async function uploadInParts(
  connection: S3Connection,
  { condition, ...plan }: UploadPlan & { condition: Condition },
  sendParts: (upload: MultipartUpload) => Promise<CompletedPart[]>,
): Promise<string> {
  const upload = await startUpload(connection, plan);
  try {
    return await completeUpload(connection, upload, await sendParts(upload), { ...plan, condition });
  } catch (error) {
    await discardUpload(connection, upload);
    throw error instanceof CrunchError && error.code === 'not-found' ? wasDiscarded(plan.path) : error;
  }
}

export async function startUpload(
  connection: S3Connection,
  { key, path, sha256, hasChecksums, signal, patience }: UploadPlan,
): Promise<MultipartUpload> {
  const Metadata = sha256 ? { sha256 } : undefined;
  const ChecksumAlgorithm = hasChecksums ? 'SHA256' : undefined;
  const { UploadId: uploadId = '' } = await connection.call({ path, signal, patience }, (client, sdk) =>
    client.send(
      new sdk.CreateMultipartUploadCommand({ Bucket: connection.bucket, Key: key, Metadata, ChecksumAlgorithm }),
      {
        abortSignal: signal,
      },
    ),
  );
  return { key, path, uploadId };
}

/** Makes the object of its parts and returns its ETag. Parts of other uploads to the same key are discarded. */
export async function completeUpload(
  connection: S3Connection,
  upload: MultipartUpload,
  Parts: CompletedPart[],
  { condition, signal, patience }: CallOptions & { condition: Condition },
): Promise<string> {
  const { key: Key, path, uploadId: UploadId } = upload;
  const command = { Bucket: connection.bucket, Key, UploadId, MultipartUpload: { Parts }, ...condition };
  const { ETag = '' } = await connection.call({ path, signal, patience }, (client, sdk) =>
    client.send(new sdk.CompleteMultipartUploadCommand(command), { abortSignal: signal }),
  );
  await discardOthers(connection, upload);
  return ETag;
}

/** How many bytes the parts have that the server has got so far. */
export async function measureParts(
  connection: S3Connection,
  { key: Key, path, uploadId: UploadId }: MultipartUpload,
  { signal }: CallOptions,
): Promise<number> {
  let sizeBytes = 0;
  let PartNumberMarker: string | undefined;
  do {
    const query = { Bucket: connection.bucket, Key, UploadId, PartNumberMarker };
    const page = await connection.call({ path, signal }, (client, sdk) =>
      client.send(new sdk.ListPartsCommand(query), { abortSignal: signal }),
    );
    for (const { Size = 0 } of page.Parts ?? []) sizeBytes += Size;
    PartNumberMarker = page.IsTruncated ? page.NextPartNumberMarker : undefined;
  } while (PartNumberMarker !== undefined);
  return sizeBytes;
}

/** Discards the parts of an upload as well as it can: what brought us here matters more than a failure to tidy up. */
export async function discardUpload(connection: S3Connection, { key, path, uploadId }: MultipartUpload): Promise<void> {
  try {
    await connection.call({ path }, (client, sdk) =>
      client.send(new sdk.AbortMultipartUploadCommand({ Bucket: connection.bucket, Key: key, UploadId: uploadId })),
    );
  } catch {
    // A bucket's lifecycle rule takes what is left.
  }
}

async function discardOthers(connection: S3Connection, { key, path }: MultipartUpload): Promise<void> {
  try {
    const { Uploads = [] } = await connection.call({ path }, (client, sdk) =>
      client.send(new sdk.ListMultipartUploadsCommand({ Bucket: connection.bucket, Prefix: key })),
    );
    for (const other of Uploads) {
      if (other.Key === key && other.UploadId) await discardUpload(connection, { key, path, uploadId: other.UploadId });
    }
  } catch {
    // Not every account may list uploads.
  }
}

/** The error for an upload that is not there any more. */
export function wasDiscarded(path: string): CrunchError {
  const problem = `The upload of ${path} was discarded by another one to the same place. Try again.`;
  return new CrunchError('storage-unavailable', problem);
}
