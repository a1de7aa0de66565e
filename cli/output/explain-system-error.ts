import { getSystemErrorMap, types } from 'node:util';
import { CrunchError } from '../../shared/errors/crunch-error.ts';

/** What the system says of a file or folder of this computer, in words; undefined for any other error. */
export function explainSystemError(error: unknown): CrunchError | undefined {
  if (!types.isNativeError(error)) return undefined;
  const { errno, code, syscall, path }: NodeJS.ErrnoException = error;
  if (errno === undefined || code === undefined || path === undefined) return undefined;
  const [, words] = getSystemErrorMap().get(errno) ?? [];
  return new CrunchError('invalid-input', `${path}: ${words ?? syscall} (${code}).`, { cause: error });
}
