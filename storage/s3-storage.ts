import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { CrunchError } from '../shared/errors/crunch-error.ts';
import { assertPath, folderPrefix } from './assert-path.ts';
import { isReplayable, readDeclaredBody } from './declared-body.ts';
import { copyObject } from './s3/copy-object.ts';
import { uploadInParts, type Condition } from './s3/multipart-upload.ts';
import { putParts } from './s3/put-parts.ts';
import { MAX_ATTEMPTS, S3Connection } from './s3/s3-connection.ts';
import { s3Error } from './s3/s3-error.ts';
import { sendSigned } from './s3/send-signed.ts';
import { withRetries } from './s3/with-retries.ts';
import type { S3Settings } from './storage-settings.ts';
import type {
  CallOptions,
  CopyOptions,
  ObjectBody,
  ObjectContent,
  ObjectEntry,
  ObjectInfo,
  ReadOptions,
  Storage,
  WriteOptions,
} from './storage.ts';

/** Larger objects are written in parts. */
const LARGEST_SINGLE_BYTES = 64 * 1024 * 1024;

/** The user metadata in which an object's checksum is kept. */
const SHA256_HEADER = 'x-amz-meta-sha256';

/**
 * Storage in a bucket of Amazon S3 or a server that speaks its language. The SDK makes the control calls; the bytes go
 * by a thin path of signed requests, which is several times as fast for small files. An object's version is its ETag.
 */
export class S3Storage implements Storage {
  readonly location: string;
  readonly #connection: S3Connection;
  /** Empty, or ends in a slash. */
  readonly #prefix: string;

  constructor(settings: S3Settings) {
    this.#prefix = folderPrefix(settings.prefix);
    this.#connection = new S3Connection(settings);
    this.location = `s3://${settings.bucket}/${this.#prefix}`.replace(/\/$/, '');
  }

  async *list(prefix: string, { signal }: CallOptions = {}): AsyncGenerator<ObjectEntry> {
    const path = folderPrefix(prefix);
    const query = { Bucket: this.#connection.bucket, Prefix: this.#prefix + path, EncodingType: 'url' as const };
    let token: string | undefined;
    do {
      const page = await this.#connection.call({ path: path || this.location, signal }, (client, sdk) =>
        client.send(new sdk.ListObjectsV2Command({ ...query, ContinuationToken: token }), { abortSignal: signal }),
      );
      for (const { Key = '', Size = 0, ETag = '' } of page.Contents ?? []) {
        const key = page.EncodingType === 'url' ? decodeURIComponent(Key.replaceAll('+', ' ')) : Key;
        // Consoles show a folder by an empty object whose key ends in a slash.
        if (key.endsWith('/') && Size === 0) continue;
        yield { path: key.slice(this.#prefix.length), sizeBytes: Size, version: unquote(ETag) };
      }
      if (page.IsTruncated && page.NextContinuationToken === token) throw brokenListing(path || this.location);
      token = page.IsTruncated ? page.NextContinuationToken : undefined;
    } while (token !== undefined);
  }

  async stat(path: string, { signal }: CallOptions = {}): Promise<ObjectInfo | undefined> {
    const Key = this.#keyOf(path);
    try {
      const head = await this.#connection.call({ path, signal }, (client, sdk) =>
        client.send(new sdk.HeadObjectCommand({ Bucket: this.#connection.bucket, Key }), { abortSignal: signal }),
      );
      const { ContentLength = 0, ETag = '', Metadata } = head;
      return { path, sizeBytes: ContentLength, version: unquote(ETag), sha256: Metadata?.sha256 };
    } catch (error) {
      if (error instanceof CrunchError && error.code === 'not-found') return undefined;
      throw error;
    }
  }

  async read(path: string, { offset = 0, ifVersion, signal }: ReadOptions = {}): Promise<ObjectContent> {
    const key = this.#keyOf(path);
    const headers: Record<string, string> = {};
    if (offset > 0) headers.range = `bytes=${offset}-`;
    if (ifVersion !== undefined) headers['if-match'] = `"${ifVersion}"`;
    const response = await withRetries({ maxAttempts: MAX_ATTEMPTS, signal }, () =>
      sendSigned(this.#connection, { method: 'GET', key, path, headers, signal }),
    );
    return { info: infoOf(path, response), stream: contentOf(path, response, signal) };
  }

  async write(path: string, body: ObjectBody, options: WriteOptions): Promise<{ version: string }> {
    const key = this.#keyOf(path);
    const attempts = { made: 0 };
    try {
      const etag =
        options.sizeBytes > LARGEST_SINGLE_BYTES
          ? await this.#putInParts(key, path, body, options)
          : await this.#putWhole(key, path, body, options, attempts);
      return { version: unquote(etag) };
    } catch (error) {
      // The answer to an attempt that went through may have been lost; the next one then meets our own object.
      const own = attempts.made === 1 ? undefined : await this.#findWritten(path, options, error);
      if (own) return own;
      if (!(error instanceof CrunchError) || error.code !== 'not-found') throw error;
      const problem = `The file ${path} in the storage was removed in the meantime.`;
      throw new CrunchError('precondition-failed', problem);
    }
  }

  async copy(from: string, to: string, { ifVersion, signal }: CopyOptions = {}): Promise<void> {
    const target = { key: this.#keyOf(to), path: to };
    const info = await this.stat(from, { signal });
    if (!info) throw new CrunchError('not-found', `There is no file ${from} in the storage.`);
    const source = { key: this.#keyOf(from), info: { ...info, version: ifVersion ?? info.version } };
    await copyObject(this.#connection, { from: source, to: target, signal });
  }

  async delete(path: string, { signal }: CallOptions = {}): Promise<void> {
    const Key = this.#keyOf(path);
    await this.#connection.call({ path, signal }, (client, sdk) =>
      client.send(new sdk.DeleteObjectCommand({ Bucket: this.#connection.bucket, Key }), { abortSignal: signal }),
    );
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }

  #keyOf(path: string): string {
    assertPath(path);
    return this.#prefix + path;
  }

  #putWhole(
    key: string,
    path: string,
    body: ObjectBody,
    options: WriteOptions,
    attempts: { made: number },
  ): Promise<string> {
    const { sizeBytes, sha256, ifVersion, signal } = options;
    const headers = { ...conditionHeaders(ifVersion), ...checksumHeaders(sha256) };
    const replayable = isReplayable(body);
    return withRetries({ maxAttempts: replayable ? MAX_ATTEMPTS : 1, signal }, async () => {
      attempts.made++;
      const request = {
        open: () => Readable.from(readDeclaredBody(path, body, options)),
        sizeBytes,
        sha256,
        replayable,
      };
      const response = await sendSigned(this.#connection, { method: 'PUT', key, path, headers, body: request, signal });
      response.resume();
      return response.headers.etag ?? '';
    });
  }

  #putInParts(key: string, path: string, body: ObjectBody, options: WriteOptions): Promise<string> {
    const { sha256, ifVersion, signal } = options;
    const condition = conditionOf(ifVersion);
    return uploadInParts(this.#connection, { key, path, sha256, condition, signal }, (upload) =>
      putParts(this.#connection, upload, body, options),
    );
  }

  async #findWritten(
    path: string,
    { sha256, signal }: WriteOptions,
    error: unknown,
  ): Promise<{ version: string } | undefined> {
    if (!(error instanceof CrunchError) || !['precondition-failed', 'storage-unavailable'].includes(error.code))
      return undefined;
    const found = await this.stat(path, { signal });
    return found?.sha256 === sha256 ? { version: found.version } : undefined;
  }
}

function conditionOf(ifVersion: string | null | undefined): Condition {
  if (ifVersion === undefined) return {};
  return ifVersion === null ? { IfNoneMatch: '*' } : { IfMatch: `"${ifVersion}"` };
}

function conditionHeaders(ifVersion: string | null | undefined): Record<string, string> {
  if (ifVersion === undefined) return {};
  return ifVersion === null ? { 'if-none-match': '*' } : { 'if-match': `"${ifVersion}"` };
}

/** The checksum for `stat` to tell, and for servers which check that rather than the signature. */
function checksumHeaders(sha256: string): Record<string, string> {
  return { [SHA256_HEADER]: sha256, 'x-amz-checksum-sha256': Buffer.from(sha256, 'hex').toString('base64') };
}

function infoOf(path: string, { headers }: IncomingMessage): ObjectInfo {
  const total = headers['content-range']?.split('/')[1] ?? headers['content-length'];
  const sha256 = headers[SHA256_HEADER];
  return {
    path,
    sizeBytes: Number(total),
    version: unquote(headers.etag ?? ''),
    sha256: typeof sha256 === 'string' ? sha256 : undefined,
  };
}

/** An answer's bytes; Node itself notices when fewer come than the answer's head says. */
function contentOf(path: string, response: IncomingMessage, signal?: AbortSignal): Readable {
  const stream = Readable.from(readChunks(path, response, signal), { objectMode: false });
  return stream.once('close', () => response.destroy());
}

async function* readChunks(path: string, response: IncomingMessage, signal?: AbortSignal): AsyncGenerator<Buffer> {
  try {
    yield* response;
  } catch (error) {
    throw s3Error(error, path, signal);
  }
}

function unquote(etag: string): string {
  return etag.replaceAll('"', '');
}

function brokenListing(path: string): CrunchError {
  return new CrunchError('storage-unavailable', `The storage lists ${path} in a circle.`);
}
