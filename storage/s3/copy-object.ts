import type { CompletedPart } from '@aws-sdk/client-s3';
import { forEachConcurrently } from '../../platform/for-each-concurrently.ts';
import type { CallOptions, ObjectInfo } from '../storage.ts';
import { uploadInParts, type MultipartUpload } from './multipart-upload.ts';
import type { S3Connection } from './s3-connection.ts';
import { encodeKey } from './send-signed.ts';

const GIB = 1024 ** 3;

/** The largest object that one copy call takes. */
const LARGEST_COPY_BYTES = 5 * GIB;
const PART_BYTES = GIB;
const PARTS_AT_ONCE = 4;

interface CopyPlan extends CallOptions {
  from: { key: string; info: ObjectInfo };
  to: { key: string; path: string };
}

/** Copies an object within the bucket, as long as it still has the version of `from.info`. */
export async function copyObject(
  connection: S3Connection,
  plan: CopyPlan,
  { largestCopyBytes = LARGEST_COPY_BYTES, partBytes = PART_BYTES } = {},
): Promise<void> {
  const { from, to, ...call } = plan;
  const { signal } = call;
  const source = {
    CopySource: `${connection.bucket}/${encodeKey(from.key)}`,
    CopySourceIfMatch: `"${from.info.version}"`,
  };
  if (from.info.sizeBytes <= largestCopyBytes) {
    await connection.call({ path: from.info.path, ...call }, (client, sdk) =>
      client.send(new sdk.CopyObjectCommand({ Bucket: connection.bucket, Key: to.key, ...source }), {
        abortSignal: signal,
      }),
    );
    return;
  }
  const { sha256, sizeBytes } = from.info;
  await uploadInParts(connection, { ...to, sha256, hasChecksums: false, condition: {}, ...call }, (upload) =>
    copyParts(connection, upload, source, { sizeBytes, partBytes, ...call }),
  );
}

interface CopySource {
  CopySource: string;
  CopySourceIfMatch: string;
}

interface PartSizes extends CallOptions {
  sizeBytes: number;
  partBytes: number;
}

async function copyParts(
  connection: S3Connection,
  { key, path, uploadId }: MultipartUpload,
  source: CopySource,
  { sizeBytes, partBytes, signal }: PartSizes,
): Promise<CompletedPart[]> {
  const parts: CompletedPart[] = [];
  const count = Math.ceil(sizeBytes / partBytes);
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  await forEachConcurrently(numbers, { limit: PARTS_AT_ONCE, signal }, async (PartNumber, abortSignal) => {
    const first = (PartNumber - 1) * partBytes;
    const CopySourceRange = `bytes=${first}-${Math.min(first + partBytes, sizeBytes) - 1}`;
    const target = { Bucket: connection.bucket, Key: key, UploadId: uploadId, PartNumber };
    const { CopyPartResult } = await connection.call({ path, signal: abortSignal }, (client, sdk) =>
      client.send(new sdk.UploadPartCopyCommand({ ...target, ...source, CopySourceRange }), { abortSignal }),
    );
    parts[PartNumber - 1] = { PartNumber, ETag: CopyPartResult?.ETag };
  });
  return parts;
}
