import { ERROR_CODES, type ErrorCode } from './error-codes.ts';

interface CrunchErrorOptions {
  cause?: unknown;
  /** Faults of single fields of the input, `path` as in JSON: `parameters.alpha`. */
  fields?: FieldFault[];
  /** Finds the request in the server's log, for an error that a server told. */
  requestId?: string;
  /** When the same call may succeed, where that is known. */
  retryAfterSeconds?: number;
}

/** One fault of one field of an input. */
export interface FieldFault {
  path: string;
  message: string;
  /** In a table, where the fault is: rows count from 1. */
  row?: number;
  column?: string;
}

/**
 * The one error class of Crunch. Its message is meant for people: what happened, to what, and what to do.
 * Errors of libraries become a CrunchError at the edge that meets them.
 */
export class CrunchError extends Error {
  override readonly name = 'CrunchError';
  readonly code: ErrorCode;
  readonly fields: FieldFault[];
  readonly requestId: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, message: string, options: CrunchErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.fields = options.fields ?? [];
    this.requestId = options.requestId;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  get httpStatus(): number {
    return ERROR_CODES[this.code].httpStatus;
  }

  get exitCode(): number {
    return ERROR_CODES[this.code].exitCode;
  }

  get retryable(): boolean {
    return ERROR_CODES[this.code].retryable;
  }
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
