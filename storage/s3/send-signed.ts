import aws4 from 'aws4';
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { readRefusal, sendRequest, type OutgoingRequest } from '../http/send-request.ts';
import { throwIfAborted } from '../../platform/throw-if-aborted.ts';
import type { S3Connection } from './s3-connection.ts';
import { faultError, s3Error, type S3Fault } from './s3-error.ts';

const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

export interface SignedRequest {
  method: 'GET' | 'PUT';
  key: string;
  /** Of the object, for messages. */
  path: string;
  query?: string;
  headers?: Record<string, string>;
  body?: SignedBody;
  signal?: AbortSignal;
}

export interface SignedBody {
  open: () => Readable;
  sizeBytes: number;
  sha256: string;
  /** Whether a request that fails because an idle connection was closed meanwhile can be sent again. */
  replayable: boolean;
}

/**
 * Sends one signed request for bytes, without the SDK, which costs several times as much time a request. The body's
 * checksum is part of the signature, so the server refuses other bytes. Resolves with the answer when it is a success
 * (its stream has to be read); throws CrunchError otherwise.
 */
export async function sendSigned(connection: S3Connection, request: SignedRequest): Promise<IncomingMessage> {
  const { path, signal } = request;
  try {
    throwIfAborted(signal);
    const response = await sendRequest(await prepare(connection, request));
    if (isSuccess(response)) return response;
    const fault = await readFault(response);
    await learnFrom(connection, fault, response);
    throw faultError(fault, path);
  } catch (error) {
    throw s3Error(error, path, signal);
  }
}

/** Sends a request that carries its signature already; else like `sendSigned`. `path` is for messages. */
export async function sendPresigned(request: OutgoingRequest, path: string): Promise<IncomingMessage> {
  try {
    throwIfAborted(request.signal);
    const response = await sendRequest(request);
    if (isSuccess(response)) return response;
    throw faultError(await readFault(response), path);
  } catch (error) {
    throw s3Error(error, path, request.signal);
  }
}

async function prepare(connection: S3Connection, request: SignedRequest): Promise<OutgoingRequest> {
  const { method, body, signal } = request;
  const { client } = await connection.open();
  const { url, path } = await locate(connection, request);
  const headers: Record<string, string> = {
    ...request.headers,
    host: url.host,
    'x-amz-date': signingTime(client.config.systemClockOffset),
    'x-amz-content-sha256': body?.sha256 ?? EMPTY_SHA256,
  };
  if (body) headers['content-length'] = String(body.sizeBytes);
  const signed = aws4.sign(
    { service: 's3', region: connection.region, method, path, headers },
    await client.config.credentials(),
  );
  return {
    ...{ method, url, path, body, signal },
    headers: signed.headers as Record<string, string>,
    agents: connection.agents,
  };
}

/** The URL of the bucket, and the path with the query that goes to it. */
export async function locate(
  connection: S3Connection,
  { key, query }: Pick<SignedRequest, 'key' | 'query'>,
): Promise<{ url: URL; path: string }> {
  const url = await connection.bucketUrl();
  const folder = url.pathname.replace(/\/$/, '');
  return { url, path: `${folder}/${encodeKey(key)}${query ? `?${query}` : ''}` };
}

/** Now, by the server's clock, as signatures have it: `20260131T235959Z`. */
export function signingTime(clockOffsetMs: number): string {
  return new Date(Date.now() + clockOffsetMs).toISOString().replace(/[-:]|\.\d+/g, '');
}

function isSuccess({ statusCode = 500 }: IncomingMessage): boolean {
  return statusCode < 300;
}

async function readFault(response: IncomingMessage): Promise<S3Fault> {
  const { statusCode: status = 500, statusMessage: message = '' } = response;
  const code = /<Code>([\w.]+)<\/Code>/.exec(await readRefusal(response))?.[1] ?? '';
  return { status, code, message };
}

/** Puts right what made the server refuse a request that is worth another attempt. */
async function learnFrom(connection: S3Connection, { code }: S3Fault, response: IncomingMessage): Promise<void> {
  const { client } = await connection.open();
  if (code === 'RequestTimeTooSkewed' && response.headers.date) {
    client.config.systemClockOffset = Date.parse(response.headers.date) - Date.now();
  }
  if (code === 'ExpiredToken') await client.config.credentials({ forceRefresh: true });
}

/** Percent-encodes a key but for its slashes, also what `encodeURIComponent` leaves and signatures need encoded. */
export function encodeKey(key: string): string {
  return encodeURIComponent(key)
    .replaceAll('%2F', '/')
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}
