import { Readable } from 'node:stream';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { isReplayable, readDeclaredBody } from '../declared-body.ts';
import type { CallOptions, ObjectBody, Part, PartedEnd, PartedWrite, PartedWriter, WrittenPart } from '../storage.ts';
import { completeUpload, discardUpload, measureParts, startUpload, wasDiscarded } from './multipart-upload.ts';
import { checksumHeaders, conditionOf, sdkPart, unquote } from './object-headers.ts';
import type { S3Connection } from './s3-connection.ts';
import { sendSigned } from './send-signed.ts';

/** Writes in parts by multipart uploads. Whoever holds an upload's id needs nothing else to go on with it. */
export class S3PartedWriter implements PartedWriter {
  readonly largestWholeBytes = 64 * 1024 * 1024;
  readonly #connection: S3Connection;
  readonly #keyOf: (path: string) => string;

  constructor(connection: S3Connection, keyOf: (path: string) => string) {
    this.#connection = connection;
    this.#keyOf = keyOf;
  }

  async start(path: string, { sha256, signal }: CallOptions & { sha256: string }): Promise<PartedWrite> {
    const { uploadId } = await startUpload(this.#connection, {
      ...{ key: this.#keyOf(path), path, sha256, signal },
      hasChecksums: true,
    });
    return { path, uploadId };
  }

  async write(write: PartedWrite, part: Part, body: ObjectBody, { signal }: CallOptions = {}): Promise<WrittenPart> {
    const { path } = write;
    const open = () => Readable.from(readDeclaredBody(path, body, { ...part, signal }));
    const response = await sendSigned(this.#connection, {
      ...{ method: 'PUT', key: this.#keyOf(path), path, query: partQuery(write, part), signal },
      headers: checksumHeaders(part.sha256),
      body: { open, sizeBytes: part.sizeBytes, sha256: part.sha256, replayable: isReplayable(body) },
    });
    response.resume();
    return { number: part.number, sha256: part.sha256, etag: response.headers.etag ?? '' };
  }

  async finish(
    write: PartedWrite,
    parts: WrittenPart[],
    { sizeBytes, ifVersion, signal }: PartedEnd,
  ): Promise<{ version: string }> {
    const upload = { ...write, key: this.#keyOf(write.path) };
    try {
      const writtenBytes = await measureParts(this.#connection, upload, { signal });
      if (writtenBytes !== sizeBytes) throw otherSize(write.path, sizeBytes, writtenBytes);
      const end = { condition: conditionOf(ifVersion), signal };
      return { version: unquote(await completeUpload(this.#connection, upload, parts.map(sdkPart), end)) };
    } catch (error) {
      throw error instanceof CrunchError && error.code === 'not-found' ? wasDiscarded(write.path) : error;
    }
  }

  async discard(write: PartedWrite): Promise<void> {
    await discardUpload(this.#connection, { ...write, key: this.#keyOf(write.path) });
  }
}

/** The query of a request that sends a part. */
export function partQuery({ uploadId }: PartedWrite, { number }: Pick<Part, 'number'>): string {
  return `partNumber=${number}&uploadId=${encodeURIComponent(uploadId)}`;
}

function otherSize(path: string, declared: number, actual: number): CrunchError {
  return new CrunchError('storage-corrupt', `The parts of ${path} should have ${declared} bytes but have ${actual}.`);
}
