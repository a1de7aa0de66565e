import aws4 from 'aws4';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream';
import { throwIfAborted } from '../../platform/throw-if-aborted.ts';
import { IDLE_TIMEOUT_MS, type S3Connection } from './s3-connection.ts';
import { faultError, s3Error, type S3Fault } from './s3-error.ts';

const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** Before a body of this size the server is asked, so that a refusal doesn't come after gigabytes were sent. */
const ASK_FIRST_BYTES = 2 * 1024 * 1024;

/** Servers that don't know the question get the body after this time. */
const ASK_TIMEOUT_MS = 3_000;

/** An error document longer than this is cut. */
const FAULT_BYTES = 16 * 1024;

export interface SignedRequest {
  method: 'GET' | 'PUT';
  key: string;
  /** Of the object, for messages. */
  path: string;
  query?: string;
  headers?: Record<string, string>;
  body?: RequestBody;
  signal?: AbortSignal;
}

interface RequestBody {
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
  try {
    throwIfAborted(request.signal);
    const outgoing = await prepare(connection, request);
    const response = await exchange(outgoing, request.body);
    const { statusCode = 500 } = response;
    if (statusCode < 300) return response;
    const fault = await readFault(response, statusCode);
    if (!outgoing.writableFinished) outgoing.destroy();
    await learnFrom(connection, fault, response);
    throw faultError(fault, request.path);
  } catch (error) {
    throw s3Error(error, request.path, request.signal);
  }
}

async function prepare(connection: S3Connection, request: SignedRequest): Promise<ClientRequest> {
  const { client } = await connection.open();
  const url = await connection.bucketUrl();
  const folder = url.pathname.replace(/\/$/, '');
  const path = `${folder}/${encodeKey(request.key)}${request.query ? `?${request.query}` : ''}`;
  const now = new Date(Date.now() + client.config.systemClockOffset);
  const headers: Record<string, string> = {
    ...request.headers,
    host: url.host,
    'x-amz-date': now.toISOString().replace(/[-:]|\.\d+/g, ''),
    'x-amz-content-sha256': request.body?.sha256 ?? EMPTY_SHA256,
  };
  if (request.body) headers['content-length'] = String(request.body.sizeBytes);
  if (request.body && request.body.sizeBytes >= ASK_FIRST_BYTES) headers.expect = '100-continue';
  const signed = aws4.sign(
    { service: 's3', region: connection.region, method: request.method, path, headers },
    await client.config.credentials(),
  );
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  return send({
    protocol: url.protocol,
    hostname: url.hostname,
    port: url.port,
    method: request.method,
    path,
    headers: signed.headers as Record<string, string>,
    // A body that can't be sent again doesn't go over an idle connection, which the server may be just closing.
    agent: request.body?.replayable === false ? false : connection.agentFor(url.protocol),
    signal: request.signal,
  });
}

/** Sends the body and waits for the answer's head, which may come before the body is through. */
function exchange(outgoing: ClientRequest, body: RequestBody | undefined): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    let response: IncomingMessage | undefined;
    outgoing.on('response', (incoming) => {
      response = incoming;
      resolve(incoming);
    });
    outgoing.on('error', reject);
    outgoing.setTimeout(IDLE_TIMEOUT_MS, () => {
      // Bytes that wait to be read show that the reader is slow, not the server.
      if (!response?.readableLength) outgoing.destroy(new Error('the server fell silent'));
    });
    if (!body || body.sizeBytes === 0) outgoing.end();
    else whenAsked(outgoing, () => pipeline(body.open(), outgoing, (error) => error && !response && reject(error)));
  });
}

/** Calls `send` when the server is ready for a large body; not at all when it answers at once, with a refusal. */
function whenAsked(outgoing: ClientRequest, send: () => void): void {
  if (!outgoing.hasHeader('expect')) return send();
  const timer = setTimeout(send, ASK_TIMEOUT_MS);
  outgoing.once('continue', () => {
    clearTimeout(timer);
    send();
  });
  outgoing.once('response', () => clearTimeout(timer));
  outgoing.once('error', () => clearTimeout(timer));
}

async function readFault(response: IncomingMessage, status: number): Promise<S3Fault> {
  let text = '';
  try {
    for await (const chunk of response) {
      text += String(chunk);
      if (text.length > FAULT_BYTES) break;
    }
  } catch {
    // The status says enough.
  }
  const code = /<Code>([\w.]+)<\/Code>/.exec(text)?.[1] ?? '';
  return { status, code, message: response.statusMessage ?? '' };
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
