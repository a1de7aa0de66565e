import { getSystemErrorMap, types } from 'node:util';
import { CrunchError, messageOf } from '../../shared/errors/crunch-error.ts';

/** What the system says of a file or folder of this computer, in words; undefined for any other error. */
export function explainSystemError(error: unknown): CrunchError | undefined {
  if (!isSystemError(error) || error.path === undefined) return undefined;
  return new CrunchError('invalid-input', `${error.path}: ${wordsOf(error)}.`, { cause: error });
}

/** What went wrong, without the file it went wrong with. */
export function wordsOf(error: unknown): string {
  if (!isSystemError(error)) return messageOf(error);
  const [, words] = getSystemErrorMap().get(error.errno) ?? [];
  return `${words ?? error.syscall} (${error.code})`;
}

type SystemError = NodeJS.ErrnoException & { errno: number; code: string };

function isSystemError(error: unknown): error is SystemError {
  if (!types.isNativeError(error)) return false;
  const { errno, code }: NodeJS.ErrnoException = error;
  return errno !== undefined && code !== undefined;
}
