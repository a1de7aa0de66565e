import type { CompletedPart } from '@aws-sdk/client-s3';
import type { IncomingMessage } from 'node:http';
import { contentStream, wholeSizeBytes } from '../http/content-stream.ts';
import type { ObjectContent, ObjectInfo, WrittenPart } from '../storage.ts';
import type { Condition } from './multipart-upload.ts';
import { s3Error } from './s3-error.ts';

/** The user metadata in which an object's checksum is kept. */
const SHA256_HEADER = 'x-amz-meta-sha256';

export function conditionOf(ifVersion: string | null | undefined): Condition {
  if (ifVersion === undefined) return {};
  return ifVersion === null ? { IfNoneMatch: '*' } : { IfMatch: `"${ifVersion}"` };
}

export function conditionHeaders(ifVersion: string | null | undefined): Record<string, string> {
  if (ifVersion === undefined) return {};
  return ifVersion === null ? { 'if-none-match': '*' } : { 'if-match': `"${ifVersion}"` };
}

/** The checksum for `stat` to tell, and for the server to compare the bytes with. */
export function contentHeaders(sha256: string): Record<string, string> {
  return { [SHA256_HEADER]: sha256, ...checksumHeaders(sha256) };
}

/** The checksum for the server to compare the bytes with. */
export function checksumHeaders(sha256: string): Record<string, string> {
  return { 'x-amz-checksum-sha256': base64Of(sha256) };
}

/** What is asked for in a read besides the object. */
export function readHeaders({
  offset = 0,
  ifVersion,
}: {
  offset?: number;
  ifVersion?: string;
}): Record<string, string> {
  return { ...(offset > 0 && { range: `bytes=${offset}-` }), ...conditionHeaders(ifVersion) };
}

/** The object that an answer brings. */
export function readContent(path: string, response: IncomingMessage, signal?: AbortSignal): ObjectContent {
  const stream = contentStream(response, (error) => s3Error(error, path, signal));
  return { info: infoOf(path, response), stream };
}

function infoOf(path: string, response: IncomingMessage): ObjectInfo {
  const { etag = '', [SHA256_HEADER]: sha256 } = response.headers;
  return {
    path,
    sizeBytes: wholeSizeBytes(response),
    version: unquote(etag),
    sha256: typeof sha256 === 'string' ? sha256 : undefined,
  };
}

/** A written part in the words of the SDK. */
export function sdkPart({ number, etag, sha256 }: WrittenPart): CompletedPart {
  return { PartNumber: number, ETag: etag, ChecksumSHA256: base64Of(sha256) };
}

function base64Of(sha256: string): string {
  return Buffer.from(sha256, 'hex').toString('base64');
}

export function unquote(etag: string): string {
  return etag.replaceAll('"', '');
}
