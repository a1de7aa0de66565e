import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { forEachConcurrently } from '../for-each-concurrently.ts';
import { openBody } from '../open-body.ts';
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
  const stream = openBody(body, options.signal);
  const sent: SentPart[] = [];
  try {
    const parts = readDeclaredParts(stream, partBytes, target.path, options);
    await forEachConcurrently(parts, { limit, signal: options.signal }, async (part, signal) => {
      try {
        sent.push({ PartNumber: part.number, ETag: await putPart(connection, target, part, signal) });
      } catch (error) {
        // Else the others would wait for a body that may have stalled.
        stream.destroy();
        throw error;
      }
    });
  } finally {
    stream.destroy();
  }
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

async function* readDeclaredParts(
  stream: Readable,
  partBytes: number,
  path: string,
  { sizeBytes, sha256 }: WriteOptions,
): AsyncGenerator<BodyPart> {
  const hash = createHash('sha256');
  let read = 0;
  let number = 0;
  for await (const chunks of readChunkGroups(stream, partBytes)) {
    const partHash = createHash('sha256');
    const before = read;
    for (const chunk of chunks) {
      hash.update(chunk);
      partHash.update(chunk);
      read += chunk.length;
    }
    if (read > sizeBytes) break;
    yield { number: ++number, chunks, sizeBytes: read - before, sha256: partHash.digest('hex') };
  }
  if (read !== sizeBytes || hash.digest('hex') !== sha256) {
    throw new CrunchError('storage-corrupt', `The bytes of ${path} are not those that were declared.`);
  }
}

/** Cuts a stream into groups of chunks of exactly `groupBytes`; the last one may be smaller. */
async function* readChunkGroups(stream: Readable, groupBytes: number): AsyncGenerator<Buffer[]> {
  let group: Buffer[] = [];
  let missing = groupBytes;
  for await (const data of stream as AsyncIterable<Buffer>) {
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
