import express, { type Request, type RequestHandler } from 'express';
import { splitLines } from '../../platform/split-lines.ts';
import type { Endpoint } from '../../shared/contract/endpoint.ts';
import { IMPORT_LIMITS } from '../../shared/domain/import-limits.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { assertShallow } from './assert-shallow.ts';
import type { IncomingBytes, IncomingLines } from '../handler.ts';

/** Room for a workflow's text and a project's details at their largest. */
const MOST_JSON_BYTES = 10 * 1024 * 1024;

/** In other encodings, what looks harmless to whoever checks a text on the way may mean something else here. */
const CHARSET = /;\s*charset\s*=\s*"?([^\s";]*)/i;

const parseJson = express.json({ limit: MOST_JSON_BYTES, type: 'application/json' });

/** Reads what the endpoint takes as a body into `request.body`, and refuses any other type of content. */
export function readBody({ body }: Endpoint): RequestHandler[] {
  if (body === undefined) return [];
  if (body === 'bytes') return [takeBytes];
  if ('lines' in body) return [takeLines];
  return readJson;
}

const requireJson: RequestHandler = (request, _response, next) => {
  if (request.is('application/json') === false) {
    throw new CrunchError('wrong-content-type', 'The body must be JSON: send “Content-Type: application/json”.');
  }
  const charset = CHARSET.exec(request.headers['content-type'] ?? '')?.[1] ?? 'utf-8';
  if (charset.toLowerCase() !== 'utf-8') throw new CrunchError('wrong-content-type', 'JSON has to be in UTF-8.');
  next();
};

const refuseDeep: RequestHandler = (request, _response, next) => {
  assertShallow(request.body);
  next();
};

/** Reads a JSON body into `request.body`, and refuses any other. */
export const readJson: RequestHandler[] = [requireJson, parseJson, refuseDeep];

const takeBytes: RequestHandler = (request, _response, next) => {
  const type = request.headers['content-type'];
  if (type !== undefined && request.is('application/octet-stream') === false) {
    throw new CrunchError('wrong-content-type', 'The body must be bytes: “Content-Type: application/octet-stream”.');
  }
  refuseEncoding(request);
  request.body = { stream: request, sizeBytes: sizeOf(request) } satisfies IncomingBytes;
  next();
};

const takeLines: RequestHandler = (request, _response, next) => {
  if (request.is('application/x-ndjson') === false) {
    const message = 'The body must be JSON documents, one a line: “Content-Type: application/x-ndjson”.';
    throw new CrunchError('wrong-content-type', message);
  }
  refuseEncoding(request);
  const { bytes, rowLength: lineLength } = IMPORT_LIMITS;
  request.body = splitLines(untilBroken(request), { bytes, lineLength }) satisfies IncomingLines;
  next();
};

/** A body that breaks off is nobody's fault here. */
async function* untilBroken(request: Request): AsyncGenerator<Buffer> {
  try {
    yield* request;
  } catch (error) {
    throw new CrunchError('interrupted', 'The connection broke before the body’s end.', { cause: error });
  }
}

function refuseEncoding(request: Request): void {
  if (request.headers['content-encoding'] === undefined) return;
  throw new CrunchError('wrong-content-type', 'The bytes must come as they are, without “Content-Encoding”.');
}

function sizeOf(request: Request): number {
  const sizeBytes = Number(request.headers['content-length'] ?? Number.NaN);
  if (!Number.isSafeInteger(sizeBytes)) {
    throw new CrunchError('invalid-input', 'The size of the file is missing: send “Content-Length”.');
  }
  return sizeBytes;
}
