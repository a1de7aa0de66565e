import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { readDeclaredBody } from './declared-body.ts';
import { forEachConcurrently } from '../platform/for-each-concurrently.ts';
import type { ObjectBody, Part, WriteOptions, WrittenPart } from './storage.ts';
import { withRetries } from './with-retries.ts';

const MIB = 1024 * 1024;
const SMALLEST_PART_BYTES = 16 * MIB;
const MOST_PARTS = 10_000;

/** Parts that are held in memory at the same time, in bytes; one part whatever its size. */
const IN_FLIGHT_BYTES = 64 * MIB;

interface HeldPart extends Part {
  chunks: Buffer[];
}

/** Sends one part; called again for the same one when it fails in passing. */
type SendPart = (part: Part, body: () => Readable, signal: AbortSignal) => Promise<WrittenPart>;

/**
 * Cuts a body into the parts of a write and sends them. It is read once, in order, and each part is kept in memory until
 * the server has it, so that a part can be sent again even when the body can't be read again. Throws `storage-corrupt`
 * when the body isn't what was declared. `path` is for messages.
 */
export async function putParts(
  path: string,
  body: ObjectBody,
  options: WriteOptions,
  sendPart: SendPart,
): Promise<WrittenPart[]> {
  const partBytes = Math.max(SMALLEST_PART_BYTES, Math.ceil(options.sizeBytes / MOST_PARTS));
  const limit = Math.max(1, Math.floor(IN_FLIGHT_BYTES / partBytes));
  const abandoned = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, abandoned.signal]) : abandoned.signal;
  const bytes = readDeclaredBody(path, body, { ...options, signal });
  const sent: WrittenPart[] = [];
  await forEachConcurrently(cutIntoParts(bytes, partBytes), { limit, signal }, async (held, partSignal) => {
    const { chunks, ...part } = held;
    try {
      const attempt = () => sendPart(part, () => Readable.from(chunks), partSignal);
      sent.push(await withRetries({ patience: options.patience, signal: partSignal }, attempt));
    } catch (error) {
      // Else the others would wait for a body that may have stalled.
      abandoned.abort(error);
      throw error;
    }
  });
  return sent.toSorted((a, b) => a.number - b.number);
}

async function* cutIntoParts(bytes: AsyncIterable<Buffer>, partBytes: number): AsyncGenerator<HeldPart> {
  let number = 0;
  for await (const chunks of cutIntoGroups(bytes, partBytes)) {
    const hash = createHash('sha256');
    let sizeBytes = 0;
    for (const chunk of chunks) {
      hash.update(chunk);
      sizeBytes += chunk.length;
    }
    yield { number: ++number, chunks, sizeBytes, sha256: hash.digest('hex') };
  }
}

/** Cuts bytes into groups of chunks of exactly `groupBytes`; the last one may be smaller. */
async function* cutIntoGroups(bytes: AsyncIterable<Buffer>, groupBytes: number): AsyncGenerator<Buffer[]> {
  let group: Buffer[] = [];
  let missing = groupBytes;
  for await (const data of bytes) {
    let chunk = data;
    while (chunk.length >= missing) {
      yield [...group, chunk.subarray(0, missing)];
      chunk = chunk.subarray(missing);
      group = [];
      missing = groupBytes;
    }
    if (chunk.length > 0) group.push(chunk);
    missing -= chunk.length;
  }
  if (group.length > 0) yield group;
}
