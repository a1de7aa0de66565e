import { createHash } from 'node:crypto';
import { addAbortSignal, Readable } from 'node:stream';
import { CrunchError } from '../shared/errors/crunch-error.ts';
import type { ObjectBody, WriteOptions } from './storage.ts';
import { throwIfAborted } from '../platform/throw-if-aborted.ts';

/** Whether the body can be opened more than once. */
export function isReplayable(body: ObjectBody): boolean {
  return typeof body === 'function' || body instanceof Uint8Array;
}

/**
 * Opens a body and gives its bytes. The last of them come only when size and checksum are as declared: otherwise the
 * stream ends with `storage-corrupt` before it is complete, and with `interrupted` when the signal is aborted.
 */
export async function* readDeclaredBody(
  path: string,
  body: ObjectBody,
  { sizeBytes, sha256, signal }: WriteOptions,
): AsyncGenerator<Buffer> {
  const stream = openBody(body);
  const hash = createHash('sha256');
  let read = 0;
  let held: Buffer | undefined;
  try {
    for await (const chunk of signal ? addAbortSignal(signal, stream) : stream) {
      read += chunk.length;
      if (read > sizeBytes) break;
      hash.update(chunk);
      if (held) yield held;
      held = chunk;
    }
  } catch (error) {
    throwIfAborted(signal);
    throw error;
  }
  if (read !== sizeBytes) throw otherThanDeclared(path, 'size', sizeBytes, read);
  const actual = hash.digest('hex');
  if (actual !== sha256) throw otherThanDeclared(path, 'SHA-256', sha256, actual);
  if (held) yield held;
}

function openBody(body: ObjectBody): Readable {
  if (typeof body === 'function') return body();
  return body instanceof Uint8Array ? Readable.from([body]) : body;
}

function otherThanDeclared(
  path: string,
  what: string,
  declared: string | number,
  actual: string | number,
): CrunchError {
  return new CrunchError('storage-corrupt', `The ${what} of ${path} should be ${declared} but is ${actual}.`);
}
