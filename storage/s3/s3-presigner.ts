import aws4 from 'aws4';
import type { Part, PartedWrite, PresignedRequest, Presigner, WriteOptions } from '../storage.ts';
import { partQuery } from './s3-parted-writer.ts';
import { checksumHeaders, conditionHeaders, contentHeaders } from './object-headers.ts';
import type { S3Connection } from './s3-connection.ts';
import { s3Error } from './s3-error.ts';
import { locate, signingTime } from './send-signed.ts';

/** Long enough for a request that is sent at once, by a host whose clock nobody asks. */
const EXPIRES_SECONDS = 5 * 60;

/** Signs requests in their URL. All of a write's headers are signed, its length, checksum and condition among them. */
export class S3Presigner implements Presigner {
  readonly #connection: S3Connection;
  readonly #keyOf: (path: string) => string;

  constructor(connection: S3Connection, keyOf: (path: string) => string) {
    this.#connection = connection;
    this.#keyOf = keyOf;
  }

  read(path: string): Promise<PresignedRequest> {
    return this.#sign('GET', { path });
  }

  write(path: string, { sizeBytes, sha256, ifVersion }: WriteOptions): Promise<PresignedRequest> {
    const length = { 'content-length': String(sizeBytes) };
    return this.#sign('PUT', { path }, { ...length, ...contentHeaders(sha256), ...conditionHeaders(ifVersion) });
  }

  writePart(write: PartedWrite, part: Part): Promise<PresignedRequest> {
    const length = { 'content-length': String(part.sizeBytes) };
    const target = { path: write.path, query: partQuery(write, part) };
    return this.#sign('PUT', target, { ...length, ...checksumHeaders(part.sha256) });
  }

  async #sign(
    method: 'GET' | 'PUT',
    { path: objectPath, query = '' }: { path: string; query?: string },
    headers: Record<string, string> = {},
  ): Promise<PresignedRequest> {
    const key = this.#keyOf(objectPath);
    try {
      const { client } = await this.#connection.open();
      const date = signingTime(client.config.systemClockOffset);
      const signing = `X-Amz-Date=${date}&X-Amz-Expires=${EXPIRES_SECONDS}`;
      const { url, path } = await locate(this.#connection, { key, query: query ? `${query}&${signing}` : signing });
      const { region } = this.#connection;
      const signed = aws4.sign(
        { service: 's3', region, method, path, headers: { ...headers, host: url.host }, signQuery: true },
        await client.config.credentials(),
      );
      return { url: url.origin + signed.path, headers };
    } catch (error) {
      throw s3Error(error, objectPath);
    }
  }
}
