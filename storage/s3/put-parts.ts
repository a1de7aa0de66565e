import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { readDeclaredBody } from '../declared-body.ts';
import { forEachConcurrently } from '../../platform/for-each-concurrently.ts';
import type { ObjectBody, WriteOptions } from '../storage.ts';
import type { MultipartUpload } from './multipart-upload.ts';
import { MAX_ATTEMPTS, type S3Connection } from './s3-connection.ts';
import { sendSigned } from './send-signed.ts';
import { withRetries } from './with-retries.ts';

const MIB = 1024 * 1024;
const SMALLEST_PART_BYTES = 16 * MIB;
const MOST_PARTS = 10_000;

/** Parts that are held in memory at the same time, in bytes; one part whatever its size. */
const IN_FLIGHT_BYTES = 64 * MIB;

/** A part as the server knows it. */
export interface SentPart {
  PartNumber: number;
  ETag: string;
}

interface BodyPart {
  number: number;
  chunks: Buffer[];
  sizeBytes: number;
  sha256: string;
}

/**
 * Sends a body as the parts of a multipart upload. It is read once, in order, and each part is kept in memory until the
 * server has it, so that a part can be sent again even when the body can't be read again. Throws `storage-corrupt` when
 * the body isn't what was declared.
 */
export async function putParts(
  connection: S3Connection,
  target: MultipartUpload,
  body: ObjectBody,
  options: WriteOptions,
): Promise<SentPart[]> {
  const partBytes = Math.max(SMALLEST_PART_BYTES, Math.ceil(options.sizeBytes / MOST_PARTS));
  const limit = Math.max(1, Math.floor(IN_FLIGHT_BYTES / partBytes));
  const abandoned = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, abandoned.signal]) : abandoned.signal;
  const bytes = readDeclaredBody(target.path, body, { ...options, signal });
  const sent: SentPart[] = [];
  await forEachConcurrently(cutIntoParts(bytes, partBytes), { limit, signal }, async (part, partSignal) => {
    try {
      sent.push({ PartNumber: part.number, ETag: await putPart(connection, target, part, partSignal) });
    } catch (error) {
      // Else the others would wait for a body that may have stalled.
      abandoned.abort(error);
      throw error;
    }
  });
  return sent.toSorted((a, b) => a.PartNumber - b.PartNumber);
}

function putPart(
  connection: S3Connection,
  { key, path, uploadId }: MultipartUpload,
  { number, chunks, sizeBytes, sha256 }: BodyPart,
  signal: AbortSignal,
): Promise<string> {
  return withRetries({ maxAttempts: MAX_ATTEMPTS, signal }, async () => {
    const query = `partNumber=${number}&uploadId=${encodeURIComponent(uploadId)}`;
    const body = { open: () => Readable.from(chunks), sizeBytes, sha256, replayable: true };
    const response = await sendSigned(connection, { method: 'PUT', key, path, query, body, signal });
    response.resume();
    return response.headers.etag ?? '';
  });
}

async function* cutIntoParts(bytes: AsyncIterable<Buffer>, partBytes: number): AsyncGenerator<BodyPart> {
  let number = 0;
  for await (const chunks of cutIntoGroups(bytes, partBytes)) {
    const hash = createHash('sha256');
    let sizeBytes = 0;
    for (const chunk of chunks) {
      hash.update(chunk);
      sizeBytes += chunk.length;
    }
    yield { number: ++number, chunks, sizeBytes, sha256: hash.digest('hex') };
  }
}

/** Cuts bytes into groups of chunks of exactly `groupBytes`; the last one may be smaller. */
async function* cutIntoGroups(bytes: AsyncIterable<Buffer>, groupBytes: number): AsyncGenerator<Buffer[]> {
  let group: Buffer[] = [];
  let missing = groupBytes;
  for await (const data of bytes) {
    let chunk = data;
    while (chunk.length >= missing) {
      yield [...group, chunk.subarray(0, missing)];
      chunk = chunk.subarray(missing);
      group = [];
      missing = groupBytes;
    }
    if (chunk.length > 0) group.push(chunk);
    missing -= chunk.length;
  }
  if (group.length > 0) yield group;
}
