import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';
import type { Endpoint } from '../../shared/contract/endpoint.ts';
import { makeVersionTag } from '../../shared/domain/version-tag.ts';
import type { OutgoingBytes, OutgoingEvent } from '../handler.ts';
import { sendEvents } from './send-events.ts';

/** Should a browser show a download all the same, it runs nothing, and is a site of its own. */
const DOWNLOAD_POLICY = "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Characters of six bits each: enough to tell the states of one version of one item apart. */
const DIGEST_LENGTH = 16;

/** How documents that are sent one after another stand in the answer. */
interface Framing {
  type: string;
  begin: string;
  between: string;
  end: string;
}

const LINES: Framing = { type: 'application/x-ndjson', begin: '', between: '\n', end: '\n' };
const FEATURES: Framing = {
  ...{ type: 'application/geo+json', begin: '{"type":"FeatureCollection","features":[', between: ',\n', end: ']}\n' },
};

/** Parts are put together until there are so many characters to send. */
const CHARACTERS_TOGETHER = 16 * 1024;

/** Sends what a handler gave: JSON, bytes as a download, lines as they come, or nothing. */
export async function sendAnswer(response: Response, endpoint: Endpoint, answer: unknown): Promise<void> {
  if (endpoint.response === undefined) response.status(204).end();
  else if (endpoint.response === 'bytes') await sendBytes(response, endpoint, answer as OutgoingBytes);
  else if ('lines' in endpoint.response) await sendParts(response, LINES, answer as AsyncIterable<unknown>);
  else if ('features' in endpoint.response) await sendParts(response, FEATURES, answer as AsyncIterable<unknown>);
  else if ('events' in endpoint.response) await sendEvents(response, answer as AsyncIterable<OutgoingEvent>);
  else if (endpoint.versioned) sendVersioned(response, endpoint, answer as { version: number });
  else response.status(endpoint.status ?? 200).json(answer);
}

/**
 * The version alone would not do as an ETag: an answer also holds what changes without it, such as counts and states.
 */
function sendVersioned(response: Response, { method, status = 200 }: Endpoint, answer: { version: number }): void {
  const body = JSON.stringify(answer);
  const digest = createHash('sha256').update(body).digest('base64url').slice(0, DIGEST_LENGTH);
  const tag = makeVersionTag(answer.version, digest);
  response.set('etag', tag);
  if (method === 'get' && isKnown(response.req.get('if-none-match'), tag)) response.status(304).end();
  else response.status(status).type('json').send(body);
}

/** Express would not say so to `fetch`, which asks for an answer without caches whenever it sends the header. */
function isKnown(ifNoneMatch: string | undefined, tag: string): boolean {
  const known = ifNoneMatch?.split(',').map((one) => one.trim().replace(/^W\//, '')) ?? [];
  return known.includes(tag) || known.includes('*');
}

/** Always as a download: a file of a stranger must not run as a page of this site. */
async function sendBytes(
  response: Response,
  { mediaTypes: [mediaType] = ['application/octet-stream'] }: Endpoint,
  bytes: OutgoingBytes,
) {
  const { stream, offset, sizeBytes, fileName, ...file } = bytes;
  response.attachment(fileName).type(file.type ?? mediaType);
  response.set({ 'content-security-policy': DOWNLOAD_POLICY });
  if (sizeBytes !== undefined) response.set('content-length', String(sizeBytes - offset));
  if (file.version !== undefined) response.set({ 'accept-ranges': 'bytes', etag: etagOf(file.version) });
  if (file.sha256 !== undefined) {
    response.set('repr-digest', `sha-256=:${Buffer.from(file.sha256, 'hex').toString('base64')}:`);
  }
  if (offset > 0 && sizeBytes !== undefined) {
    response.status(206).set('content-range', `bytes ${offset}-${sizeBytes - 1}/${sizeBytes}`);
  }
  await send(stream, response);
}

/** A listing that fails in the middle cuts the connection, so that nobody takes the beginning for the whole. */
async function sendParts(response: Response, framing: Framing, parts: AsyncIterable<unknown>): Promise<void> {
  const rest = parts[Symbol.asyncIterator]();
  // What fails at once is still answered by a problem document.
  const first = await rest.next();
  response.type(framing.type);
  await send(Readable.from(toText(framing, first, rest), { objectMode: false }), response);
}

async function* toText(
  { begin, between, end }: Framing,
  first: IteratorResult<unknown>,
  rest: AsyncIterator<unknown>,
): AsyncGenerator<string> {
  let text = begin;
  for (let next = first; !next.done; next = await rest.next()) {
    text += (next === first ? '' : between) + JSON.stringify(next.value);
    if (text.length < CHARACTERS_TOGETHER) continue;
    yield text;
    text = '';
  }
  // Of no lines at all there is nothing to end.
  if (!first.done || begin !== '') yield text + end;
}

async function send(stream: Readable, response: Response): Promise<void> {
  if (response.req.method === 'HEAD') {
    stream.destroy();
    return void response.end();
  }
  try {
    await pipeline(stream, response);
  } catch (error) {
    if (!isDisconnect(error)) throw error;
  }
}

/** Where a download of that version may go on: the first byte of `Range: bytes=N-`, 0 when all has to be sent. */
export function resumeOffset({ range, ifRange }: { range?: string; ifRange?: string }, version: string): number {
  const offset = /^bytes=(\d{1,15})-$/.exec(range ?? '')?.[1];
  const isOtherVersion = ifRange !== undefined && ifRange !== etagOf(version);
  return offset === undefined || isOtherVersion ? 0 : Number(offset);
}

/** Versions may hold characters that a header can't. */
function etagOf(version: string): string {
  return `"${encodeURIComponent(version)}"`;
}

function isDisconnect(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
}
