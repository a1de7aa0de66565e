import type { IncomingMessage } from 'node:http';
import { problemError } from '../../shared/contract/problem-error.ts';
import { CrunchError, messageOf } from '../../shared/errors/crunch-error.ts';
import type { ErrorCode } from '../../shared/errors/error-codes.ts';
import { readRefusal } from '../http/send-request.ts';
import type { CallOptions } from '../storage.ts';
import { throwIfAborted } from '../../platform/throw-if-aborted.ts';

/** What the server's codes mean to who uses it as a storage; all others pass unchanged. */
const MEANINGS: Partial<Record<ErrorCode, ErrorCode>> = {
  'api-unreachable': 'storage-unavailable',
  'catalog-unavailable': 'storage-unavailable',
  'too-many-requests': 'storage-unavailable',
  'too-many-attempts': 'storage-unavailable',
  internal: 'storage-unavailable',
  'not-signed-in': 'storage-refused',
  'not-allowed': 'storage-refused',
};

/** The error of an answer that is no success. */
export async function refusalOf(response: IncomingMessage): Promise<CrunchError> {
  const { statusCode: status = 500 } = response;
  const error = problemError(parse(await readRefusal(response)), status);
  return error ?? new CrunchError('api-unreachable', `Something that is not Crunch answered (HTTP ${status}).`);
}

/** The error of the storage for anything that was thrown on the way to or from the server. */
export function storageError(error: unknown, path: string, { signal }: CallOptions): CrunchError {
  throwIfAborted(signal);
  if (!(error instanceof CrunchError)) {
    const problem = `The server can't be reached for ${path}: ${messageOf(error)}.`;
    return new CrunchError('storage-unavailable', problem, { cause: error });
  }
  const code = MEANINGS[error.code];
  return code === undefined ? error : new CrunchError(code, error.message, { cause: error });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
