import type { IncomingMessage } from 'node:http';
import { contentStream, wholeSizeBytes } from '../http/content-stream.ts';
import type { ObjectContent, ObjectInfo } from '../storage.ts';
import { storageError } from './server-error.ts';

/** The file that an answer of the server brings. */
export function readServedContent(path: string, response: IncomingMessage, signal?: AbortSignal): ObjectContent {
  const stream = contentStream(response, (error) => storageError(error, path, { signal }));
  return { info: infoOf(path, response), stream };
}

function infoOf(path: string, response: IncomingMessage): ObjectInfo {
  const { etag = '', 'repr-digest': digests } = response.headers;
  const digest = /^sha-256=:([A-Za-z0-9+/=]+):$/.exec(String(digests))?.[1];
  return {
    path,
    sizeBytes: wholeSizeBytes(response),
    version: decodeURIComponent(etag.replaceAll('"', '')),
    sha256: digest && Buffer.from(digest, 'base64').toString('hex'),
  };
}
