import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { pagesOf } from '../../../client/index.ts';
import type { LogLine } from '../../../shared/contract/logs.ts';
import { crunch } from '../../connection/crunch.ts';

/** Which log: what the run of a dataset with that number printed. */
export interface LogName {
  slug: string;
  run: number;
}

/** Lines that are asked for together. */
export const PAGE_LINES = 500;

/** More hits than these nobody reads. */
export const MOST_HITS = 1_000;

// News of a dataset make nothing of its logs out of date: a line stays what it is, and new ones come by themselves.
const keyOf = ({ slug, run }: LogName, ...more: unknown[]) => ['log', slug, run, ...more];

/** How many lines there are when the page opens. */
export function logStartQuery(log: LogName) {
  const { slug, run } = log;
  return queryOptions({
    queryKey: keyOf(log, 'start'),
    queryFn: ({ signal }) => crunch.readLog({ params: { slug }, query: { run, limit: 1 } }, { signal }),
    staleTime: Infinity,
    gcTime: 0,
  });
}

/** A page of lines, counted from 0, of which there are so many by now. */
export function logPageQuery(log: LogName, { page, lineCount }: { page: number; lineCount: number }) {
  const { slug, run } = log;
  const query = { run, cursor: String(page * PAGE_LINES), limit: PAGE_LINES };
  return queryOptions({
    queryKey: keyOf(log, 'page', page, lineCount),
    queryFn: ({ signal }) => crunch.readLog({ params: { slug }, query }, { signal }),
    staleTime: Infinity,
    placeholderData: keepPreviousData,
  });
}

/** The lines with a text, the first ones where there are many. */
export function logHitsQuery(log: LogName, grep: string) {
  const { slug, run } = log;
  return queryOptions({
    queryKey: keyOf(log, 'hits', grep),
    async queryFn({ signal }) {
      const hits: LogLine[] = [];
      const input = { params: { slug }, query: { run, grep, limit: MOST_HITS } };
      for await (const lines of pagesOf(crunch.readLog, input, { signal })) {
        hits.push(...lines);
        if (hits.length >= MOST_HITS) break;
      }
      return hits.slice(0, MOST_HITS);
    },
    enabled: grep !== '',
  });
}
