import { getOutputExtent, readRecentLines, type OutputLineRecord } from '../../catalog/run-output.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import type { ApiContext } from '../context.ts';
import { readStoredLines, type OutputPlace } from './stored-lines.ts';

/** Read at a time. */
const PART_LINES = 2_000;

/** A look may come between lines being put into storage and being taken from the catalog; more than a few can't. */
const MOST_LOOKS = 5;

/** Whoever searches long hears meanwhile how far it is. */
const SEARCH_MS = 2_000;

interface LineSource {
  context: Pick<ApiContext, 'catalog' | 'storage'>;
  place: OutputPlace;
  signal: AbortSignal;
}

interface LineQuery {
  /** The number of the line behind which to begin; 0 for the first. */
  after: number;
  limit: number;
  /** Only lines with this text, in upper or lower case. */
  grep?: string;
}

/** The lines behind a number, some at a time and in order, as far as there are any by now. */
export async function* readLinesAfter(source: LineSource, after: number): AsyncGenerator<OutputLineRecord[]> {
  const { context, place, signal } = source;
  let position = after;
  for (let look = 0; look < MOST_LOOKS; look += 1) {
    const { lineCount, storedLines } = await getOutputExtent(context.catalog, place.runId);
    if (position >= lineCount) return;
    const lines =
      position < storedLines
        ? await readStoredLines(context, place, { from: position + 1, signal })
        : await readRecentLines(context.catalog, place.runId, { after: position, limit: PART_LINES });
    const last = lines.at(-1);
    if (last === undefined || lines[0]?.number !== position + 1) continue;
    yield lines;
    position = last.number;
    look = 0;
  }
  throw new CrunchError('storage-corrupt', `Line ${position + 1} of the log of run ${place.runId} is missing.`);
}

/** A page of lines; `next` is the number of the line behind which to go on, null at the end. */
export async function readLinePage(
  source: LineSource,
  { after, limit, grep }: LineQuery,
): Promise<{ items: OutputLineRecord[]; next: number | null }> {
  const wanted = grep?.toLowerCase();
  const items: OutputLineRecord[] = [];
  const startedMs = performance.now();
  let position = after;
  for await (const lines of readLinesAfter(source, after)) {
    for (const line of lines) {
      if (items.length === limit) return { items, next: position };
      position = line.number;
      if (wanted === undefined || line.text.toLowerCase().includes(wanted)) items.push(line);
    }
    if (performance.now() - startedMs > SEARCH_MS) return { items, next: position };
  }
  return { items, next: null };
}
