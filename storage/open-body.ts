import { addAbortSignal, Readable } from 'node:stream';
import type { ObjectBody } from './storage.ts';

/** A stream of a body's bytes, which ends with an error when the signal is aborted. */
export function openBody(body: ObjectBody, signal?: AbortSignal): Readable {
  const stream = streamOf(body);
  return signal ? addAbortSignal(signal, stream) : stream;
}

/** Whether the body can be opened more than once. */
export function isReplayable(body: ObjectBody): boolean {
  return typeof body === 'function' || body instanceof Uint8Array;
}

function streamOf(body: ObjectBody): Readable {
  if (typeof body === 'function') return body();
  return body instanceof Uint8Array ? Readable.from([body]) : body;
}
