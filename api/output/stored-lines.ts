import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { z } from 'zod';
import { markStored, readRecentLines, type OutputLineRecord } from '../../catalog/run-output.ts';
import { CRUNCH_FOLDER } from '../../shared/domain/manifest.ts';
import type { ApiContext } from '../context.ts';

/** So many lines are one object. Never to be changed: by it an object is found. */
const OBJECT_LINES = 2_000;

/** The catalog keeps at least one object's worth of the newest lines, and is relieved of the rest. */
const MOST_UNSTORED = 2 * OBJECT_LINES;

const StoredLine = z.object({
  number: z.int(),
  leaseNumber: z.int(),
  at: z.iso.datetime().transform((at) => new Date(at)),
  stage: z.string(),
  text: z.string(),
});

/** A run, and where the files of its dataset lie. */
export interface OutputPlace {
  runId: string;
  basePath: string;
}

/** Whether a run has more lines in the catalog than should be there. */
export function isTooMuch(unstored: number): boolean {
  return unstored >= MOST_UNSTORED;
}

/** Puts older lines of a run into storage until the catalog has no more than it should. */
export async function storeOldLines(
  { catalog, storage }: Pick<ApiContext, 'catalog' | 'storage'>,
  place: OutputPlace,
  { unstored, signal }: { unstored: number; signal: AbortSignal },
): Promise<void> {
  for (let left = unstored; isTooMuch(left); left -= OBJECT_LINES) {
    const lines = await readRecentLines(catalog, place.runId, { after: 0, limit: OBJECT_LINES });
    const [first, last] = [lines[0], lines.at(-1)];
    // Somebody else is at it.
    if (first === undefined || last === undefined || last.number % OBJECT_LINES !== 0) return;
    const content = await promisify(gzip)(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const sha256 = createHash('sha256').update(content).digest('hex');
    await storage.write(objectOf(place, first.number), content, { sizeBytes: content.length, sha256, signal });
    await markStored(catalog, place.runId, last.number);
  }
}

/** The lines that lie in storage together with the one of this number, from it on. */
export async function readStoredLines(
  { storage }: Pick<ApiContext, 'storage'>,
  place: OutputPlace,
  { from, signal }: { from: number; signal: AbortSignal },
): Promise<OutputLineRecord[]> {
  const { stream } = await storage.read(objectOf(place, from), { signal });
  const text = (await promisify(gunzip)(await buffer(stream))).toString();
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line) => StoredLine.parse(JSON.parse(line))).filter(({ number }) => number >= from);
}

/** Beside what hosts write: of this they write nothing. */
function objectOf({ runId, basePath }: OutputPlace, number: number): string {
  const first = number - ((number - 1) % OBJECT_LINES);
  return `${basePath}/${CRUNCH_FOLDER}/output/${runId}/${String(first).padStart(10, '0')}.ndjson.gz`;
}
