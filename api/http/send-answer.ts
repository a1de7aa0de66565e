import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';
import type { Endpoint } from '../../shared/contract/endpoint.ts';
import type { OutgoingBytes } from '../handler.ts';

/** Sends what a handler gave: JSON, bytes as a download, or nothing. */
export async function sendAnswer(response: Response, endpoint: Endpoint, answer: unknown): Promise<void> {
  if (endpoint.response === undefined) response.status(204).end();
  else if (endpoint.response === 'bytes') await sendBytes(response, answer as OutgoingBytes);
  else response.status(endpoint.status ?? 200).json(answer);
}

/** Always as a download: a file of a stranger must not run as a page of this site. */
async function sendBytes(response: Response, { stream, offset, sizeBytes, fileName, version }: OutgoingBytes) {
  response.attachment(fileName).type('application/octet-stream');
  response.set({ 'accept-ranges': 'bytes', etag: etagOf(version), 'content-length': String(sizeBytes - offset) });
  if (offset > 0) response.status(206).set('content-range', `bytes ${offset}-${sizeBytes - 1}/${sizeBytes}`);
  try {
    await pipeline(stream, response);
  } catch (error) {
    if (!isDisconnect(error)) throw error;
  }
}

/** Where a download of that version may go on: the first byte of `Range: bytes=N-`, 0 when all has to be sent. */
export function resumeOffset({ range, ifRange }: { range?: string; ifRange?: string }, version: string): number {
  const offset = /^bytes=(\d{1,15})-$/.exec(range ?? '')?.[1];
  const isOtherVersion = ifRange !== undefined && ifRange !== etagOf(version);
  return offset === undefined || isOtherVersion ? 0 : Number(offset);
}

/** Versions may hold characters that a header can't. */
function etagOf(version: string): string {
  return `"${encodeURIComponent(version)}"`;
}

function isDisconnect(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
}
