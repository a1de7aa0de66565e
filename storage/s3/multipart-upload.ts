import type { CompletedPart } from '@aws-sdk/client-s3';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import type { S3Connection } from './s3-connection.ts';

/** A multipart upload that is under way. */
export interface MultipartUpload {
  key: string;
  /** Of the object, for messages. */
  path: string;
  uploadId: string;
}

/** What a write asks for, as S3's headers and the SDK's parameters name it. */
export interface Condition {
  IfMatch?: string;
  IfNoneMatch?: string;
}

interface UploadPlan {
  key: string;
  path: string;
  /** Kept with the object, so that `stat` tells it; absent when nobody knows it. */
  sha256?: string;
  condition: Condition;
  signal?: AbortSignal;
}

/**
 * Writes an object in parts: `sendParts` sends them, and the object appears when all are there. When anything fails the
 * parts are discarded. Afterwards the parts of other, dead or outrun, uploads to the same key are discarded too.
 * Returns the new object's ETag.
 */
export async function uploadInParts(
  connection: S3Connection,
  { key, path, sha256, condition, signal }: UploadPlan,
  sendParts: (upload: MultipartUpload) => Promise<CompletedPart[]>,
): Promise<string> {
  const place = { path, signal };
  const object = { Bucket: connection.bucket, Key: key };
  const Metadata = sha256 ? { sha256 } : undefined;
  const { UploadId: uploadId = '' } = await connection.call(place, (client, sdk) =>
    client.send(new sdk.CreateMultipartUploadCommand({ ...object, Metadata }), { abortSignal: signal }),
  );
  const upload = { key, path, uploadId };
  try {
    const Parts = await sendParts(upload);
    const command = { ...object, UploadId: uploadId, MultipartUpload: { Parts }, ...condition };
    const { ETag = '' } = await connection.call(place, (client, sdk) =>
      client.send(new sdk.CompleteMultipartUploadCommand(command), { abortSignal: signal }),
    );
    await discardOthers(connection, upload);
    return ETag;
  } catch (error) {
    await discard(connection, upload);
    throw error instanceof CrunchError && error.code === 'not-found' ? wasDiscarded(path) : error;
  }
}

/** Discards the parts of an upload as well as it can: what brought us here matters more than a failure to tidy up. */
async function discard(connection: S3Connection, { key, path, uploadId }: MultipartUpload): Promise<void> {
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
      if (other.Key === key && other.UploadId) await discard(connection, { key, path, uploadId: other.UploadId });
    }
  } catch {
    // Not every account may list uploads.
  }
}

function wasDiscarded(path: string): CrunchError {
  const problem = `The upload of ${path} was discarded by another one to the same place. Try again.`;
  return new CrunchError('storage-unavailable', problem);
}
