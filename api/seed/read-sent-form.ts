import express, { type Request, type RequestHandler } from 'express';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import type { SentForm } from './parse-form.ts';

const MOST_BYTES = 10 * 1024 * 1024;

const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';
const PARTS_TYPE = 'multipart/form-data';

/** The types of content that a request may have. */
export const PARSED_TYPES = [JSON_TYPE, FORM_TYPE, PARTS_TYPE];

/** Reads a body of each of these types; `sentForm` then gives what it holds. */
export const readSentForm: RequestHandler[] = [
  refuseOthers,
  express.json({ limit: MOST_BYTES, type: JSON_TYPE }),
  express.urlencoded({ limit: MOST_BYTES, type: FORM_TYPE, extended: false }),
  express.raw({ limit: MOST_BYTES, type: PARTS_TYPE }),
];

/** What was sent in the body. Throws `invalid-input` for what has no fields. */
export async function sentForm(request: Request): Promise<SentForm> {
  const body: unknown = request.body;
  const type = request.is(PARSED_TYPES);
  if (type === PARTS_TYPE) return { values: await readParts(request), isHtmlForm: true };
  if (Array.isArray(body) || (type === JSON_TYPE && (typeof body !== 'object' || body === null))) {
    const fields = [{ path: 'non_field_errors', message: 'Invalid data. Expected a dictionary.' }];
    throw new CrunchError('invalid-input', 'The body is no object.', { fields });
  }
  return { values: lastValues(Object.entries(body ?? {})), isHtmlForm: type !== JSON_TYPE };
}

function refuseOthers(...[request, _response, next]: Parameters<RequestHandler>): void {
  if (request.is(PARSED_TYPES) !== false || request.headers['content-length'] === '0') return next();
  const type = request.headers['content-type'] ?? '';
  throw new CrunchError('wrong-content-type', `Unsupported media type "${type}" in request.`);
}

async function readParts(request: Request): Promise<Record<string, unknown>> {
  const headers = { 'content-type': request.headers['content-type'] ?? '' };
  try {
    const form = await new Response(request.body as Uint8Array<ArrayBuffer>, { headers }).formData();
    return lastValues([...form.entries()]);
  } catch (error) {
    throw new CrunchError('invalid-input', 'Multipart form parse error.', { cause: error });
  }
}

/** Of a field that stands several times in a form, the last one counts. */
function lastValues(entries: [string, unknown][]): Record<string, unknown> {
  const values: Record<string, unknown> = Object.create(null);
  for (const [name, value] of entries) values[name] = Array.isArray(value) ? value.at(-1) : value;
  return values;
}
