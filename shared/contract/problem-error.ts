import { CrunchError } from '../errors/crunch-error.ts';
import { ERROR_CODES, isErrorCode, type ErrorCode } from '../errors/error-codes.ts';
import { Problem } from './common.ts';

/** The error that a problem document describes; undefined for a document that is none. */
export function problemError(document: unknown, status: number): CrunchError | undefined {
  const problem = Problem.safeParse(document);
  if (!problem.success) return undefined;
  const { code, title, detail, errors, requestId } = problem.data;
  const known = isErrorCode(code) ? code : codeOfStatus(status);
  return new CrunchError(known, detail ?? title, { fields: errors, requestId });
}

/** A server newer than this program may know more codes. */
function codeOfStatus(status: number): ErrorCode {
  const codes = Object.keys(ERROR_CODES).filter(isErrorCode);
  return codes.find((code) => ERROR_CODES[code].httpStatus === status) ?? (status < 500 ? 'invalid-input' : 'internal');
}
