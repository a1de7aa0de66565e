import { STATUS_CODES } from 'node:http';
import type { ErrorRequestHandler } from 'express';
import type { Problem } from '../../shared/contract/common.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Caller } from '../auth/caller.ts';
import { isSeedPath, writeSeedError } from '../seed/write-seed-error.ts';

/** Where the error doesn't know it. */
const RETRY_AFTER_SECONDS: Partial<Record<number, number>> = { 429: 60, 503: 5 };

/** Who tries what they may not do is worth knowing. */
const REFUSALS = new Set([401, 403, 429]);

/** What a download has announced that then failed before its first byte. */
const DOWNLOAD_HEADERS = [
  'content-disposition',
  'content-length',
  'content-range',
  'accept-ranges',
  'etag',
  'repr-digest',
];

/** The one place where errors become answers: problem documents after RFC 9457, or as django-crunch's API has them. */
export function handleErrors(logger: Logger): ErrorRequestHandler {
  // Express knows an error handler by its four parameters.
  return (thrown, request, response, _next) => {
    const error = translate(thrown);
    const requestId = String(response.locals['requestId']);
    if (error.httpStatus >= 500) logger.error({ requestId, code: error.code, err: error }, 'a request failed');
    if (REFUSALS.has(error.httpStatus)) {
      const caller = (response.locals['caller'] as Caller | undefined)?.name;
      logger.info({ requestId, code: error.code, caller, address: request.ip }, 'a request was refused');
    }
    // The rest of the answer can't be sent any more: a cut connection tells the caller so.
    if (response.headersSent) return void response.destroy();
    const retryAfterSeconds = error.retryAfterSeconds ?? RETRY_AFTER_SECONDS[error.httpStatus];
    if (retryAfterSeconds !== undefined) response.set('retry-after', String(retryAfterSeconds));
    if (error.httpStatus === 401) response.set('www-authenticate', 'Bearer realm="crunch"');
    for (const header of DOWNLOAD_HEADERS) response.removeHeader(header);
    if (isSeedPath(request.path)) return writeSeedError(response, error, detailOf(error, requestId));
    response.status(error.httpStatus).type('application/problem+json');
    response.end(JSON.stringify(problemOf(error, requestId)));
  };
}

/** What a caller is told: a fault of ours is named in the log alone. */
function detailOf(error: CrunchError, requestId: string): string {
  if (error.httpStatus !== 500) return error.message;
  return `Something went wrong in the server; its log tells more about the request ${requestId}.`;
}

/** What an error looks like to a caller. */
export function problemOf(error: CrunchError, requestId: string): Problem {
  const { code, httpStatus, fields } = error;
  return {
    type: `urn:crunch:problem:${code}`,
    title: STATUS_CODES[httpStatus] ?? 'Error',
    status: httpStatus,
    detail: detailOf(error, requestId),
    code,
    requestId,
    ...(fields.length > 0 && { errors: fields }),
  };
}

/** Express and its body parser throw errors with a status; anything else that isn't ours is a fault of ours. */
function translate(thrown: unknown): CrunchError {
  if (thrown instanceof CrunchError) return thrown;
  switch (statusOf(thrown)) {
    case 400:
      return new CrunchError('invalid-input', 'The request is malformed: its path or its JSON body is broken.');
    case 413:
      return new CrunchError('too-large', 'The body is larger than this operation takes.');
    case 415:
      return new CrunchError('wrong-content-type', 'The body’s charset or encoding is not supported.');
    default:
      return new CrunchError('internal', 'unforeseen', { cause: thrown });
  }
}

function statusOf(thrown: unknown): unknown {
  return typeof thrown === 'object' && thrown !== null && 'status' in thrown ? thrown.status : undefined;
}
