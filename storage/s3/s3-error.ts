import type { S3ServiceException } from '@aws-sdk/client-s3';
import { CrunchError, messageOf } from '../../shared/errors/crunch-error.ts';
import { throwIfAborted } from '../../platform/throw-if-aborted.ts';

/** What an S3 server answered, by the SDK or by the thin path. */
export interface S3Fault {
  status: number;
  /** S3's own word, such as `SlowDown`; empty where there is none (a HEAD has no body). */
  code: string;
  message: string;
}

/** Refusals that pass: the server is busy, two writers met, or our clock or token has just been put right. */
const PASSING_CODES = [
  'SlowDown',
  'RequestTimeout',
  'RequestTimeTooSkewed',
  'ConditionalRequestConflict',
  'OperationAborted',
  'ExpiredToken',
];

const CORRUPT_CODES = ['BadDigest', 'XAmzContentSHA256Mismatch', 'XAmzContentChecksumMismatch', 'IncompleteBody'];

/** The CrunchError for an answer that isn't a success; `path` is the object's, for the message. */
export function faultError(fault: S3Fault, path: string): CrunchError {
  const said = `${fault.status} ${fault.code || fault.message}`.trim();
  if (PASSING_CODES.includes(fault.code) || fault.status >= 500 || fault.status === 429) {
    return new CrunchError('storage-unavailable', `The storage is busy or failing at ${path} (${said}).`);
  }
  if (CORRUPT_CODES.includes(fault.code)) {
    return new CrunchError('storage-corrupt', `The storage received other bytes for ${path} than were sent (${said}).`);
  }
  if (fault.status === 412) {
    return new CrunchError('precondition-failed', `The file ${path} in the storage was changed in the meantime.`);
  }
  if (fault.status === 404 && fault.code !== 'NoSuchBucket') {
    return new CrunchError('not-found', `There is no file ${path} in the storage.`);
  }
  const advice = 'Check the bucket, the region, the credentials and what they may do.';
  return new CrunchError('storage-refused', `The storage refused ${path} (${said}). ${advice}`);
}

/** The CrunchError for anything that was thrown on the way to or from an S3 server. */
export function s3Error(error: unknown, path: string, signal?: AbortSignal): CrunchError {
  if (error instanceof CrunchError) return error;
  throwIfAborted(signal);
  const fault = sdkFault(error);
  if (fault) return faultError(fault, path);
  if ((error as Partial<Error>).name === 'CredentialsProviderError') {
    const advice = 'Put them into the storage settings, the environment or a profile.';
    return new CrunchError('storage-refused', `There are no credentials for the storage. ${advice}`);
  }
  return new CrunchError('storage-unavailable', `The storage can't be reached for ${path}: ${messageOf(error)}.`);
}

function sdkFault(error: unknown): S3Fault | undefined {
  const { name = '', $metadata } = error as Partial<S3ServiceException>;
  const status = $metadata?.httpStatusCode;
  // A copy can fail after its 200: then only the code tells.
  return status === undefined ? undefined : { status: status < 300 ? 500 : status, code: name, message: '' };
}
