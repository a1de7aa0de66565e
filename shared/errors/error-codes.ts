/** What a code means at each edge: over HTTP, for a shell, and to a retry policy. */
interface ErrorMeaning {
  httpStatus: number;
  exitCode: number;
  /** Whether the same call may succeed later without anybody changing anything. */
  retryable: boolean;
}

/** Every error that Crunch raises on purpose. A row is added here before a code is used anywhere. */
export const ERROR_CODES = {
  internal: { httpStatus: 500, exitCode: 1, retryable: false },
  'invalid-input': { httpStatus: 400, exitCode: 2, retryable: false },
  'not-signed-in': { httpStatus: 401, exitCode: 3, retryable: false },
  'not-allowed': { httpStatus: 403, exitCode: 3, retryable: false },
  'not-found': { httpStatus: 404, exitCode: 4, retryable: false },
  moved: { httpStatus: 404, exitCode: 4, retryable: false },
  conflict: { httpStatus: 409, exitCode: 5, retryable: false },
  'method-not-allowed': { httpStatus: 405, exitCode: 2, retryable: false },
  'precondition-failed': { httpStatus: 412, exitCode: 5, retryable: false },
  'changed-meanwhile': { httpStatus: 412, exitCode: 5, retryable: false },
  'too-large': { httpStatus: 413, exitCode: 2, retryable: false },
  'wrong-content-type': { httpStatus: 415, exitCode: 2, retryable: false },
  'headers-too-large': { httpStatus: 431, exitCode: 2, retryable: false },
  'too-many-requests': { httpStatus: 429, exitCode: 13, retryable: true },
  'too-many-attempts': { httpStatus: 429, exitCode: 3, retryable: true },
  'nothing-to-do': { httpStatus: 404, exitCode: 6, retryable: false },
  'dataset-failed': { httpStatus: 422, exitCode: 10, retryable: false },
  'too-slow': { httpStatus: 422, exitCode: 13, retryable: false },
  'storage-unavailable': { httpStatus: 503, exitCode: 12, retryable: true },
  'storage-stalled': { httpStatus: 503, exitCode: 12, retryable: false },
  'storage-refused': { httpStatus: 502, exitCode: 12, retryable: false },
  'storage-corrupt': { httpStatus: 502, exitCode: 12, retryable: false },
  'catalog-unavailable': { httpStatus: 503, exitCode: 13, retryable: true },
  'catalog-outdated': { httpStatus: 503, exitCode: 13, retryable: true },
  'api-unreachable': { httpStatus: 503, exitCode: 13, retryable: true },
  'temporal-unreachable': { httpStatus: 503, exitCode: 14, retryable: true },
  'missing-tool': { httpStatus: 500, exitCode: 1, retryable: false },
  'port-taken': { httpStatus: 500, exitCode: 5, retryable: false },
  'already-running': { httpStatus: 409, exitCode: 5, retryable: false },
  'source-unavailable': { httpStatus: 502, exitCode: 2, retryable: true },
  'host-cannot': { httpStatus: 409, exitCode: 5, retryable: true },
  'host-draining': { httpStatus: 409, exitCode: 5, retryable: false },
  'host-disk-full': { httpStatus: 507, exitCode: 5, retryable: false },
  'lease-lost': { httpStatus: 409, exitCode: 5, retryable: false },
  'workflow-failed': { httpStatus: 422, exitCode: 10, retryable: false },
  'workflow-timeout': { httpStatus: 422, exitCode: 10, retryable: false },
  'stage-failed': { httpStatus: 422, exitCode: 10, retryable: false },
  'key-reused': { httpStatus: 422, exitCode: 5, retryable: false },
  poison: { httpStatus: 422, exitCode: 10, retryable: false },
  interrupted: { httpStatus: 499, exitCode: 130, retryable: false },
} as const satisfies Record<string, ErrorMeaning>;

export type ErrorCode = keyof typeof ERROR_CODES;

export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(ERROR_CODES, code);
}
