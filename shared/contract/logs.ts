import { z } from 'zod';
import { DatasetParams, numberInText, Timestamp } from './common.ts';
import type { Endpoint } from './endpoint.ts';
import { STORAGE_ERRORS } from './errors-of.ts';
import { TransferState } from './transfer.ts';

export const LogLine = z.object({
  /** Counts from 1 over all that the run printed, without gaps. */
  number: z.int(),
  /** Of which hold of a host on the run; another one means that it began anew. */
  leaseNumber: z.int(),
  /** By the host's clock. */
  at: Timestamp,
  /** The stage that printed it; empty for a line of Crunch's own. */
  stage: z.string(),
  /** Without colours and control characters, at most 2,000 characters. */
  text: z.string(),
});
export type LogLine = z.infer<typeof LogLine>;

const LoggedRun = z.object({
  id: z.uuid(),
  number: z.int(),
  state: z.enum(['waiting', 'running', 'completed', 'failed', 'cancelled']),
  /** How many lines there are by now. */
  lineCount: z.int(),
  /** While the stage that runs moves files, once that takes more than a second. */
  transfer: TransferState.nullable(),
});
export type LoggedRun = z.infer<typeof LoggedRun>;

export const LogPage = z.object({
  run: LoggedRun,
  items: z.array(LogLine),
  /** Goes on behind these; null when there is nothing behind them yet. */
  next: z.string().nullable(),
});
export type LogPage = z.infer<typeof LogPage>;

/** What came since the last such event: lines, or another state of the run; `isEnd` with the last of all, when the run is over. */
export const LogNews = z.object({ run: LoggedRun, items: z.array(LogLine), isEnd: z.boolean() });
export type LogNews = z.infer<typeof LogNews>;

const LineNumber = z
  .string()
  .regex(/^\d{1,9}$/, 'must be the number of a line')
  .meta({ example: '120' });

const WhichRun = z.object({
  /** The number of a run; the last one when absent. */
  run: numberInText(z.int32().min(1)).optional(),
  /** Lines behind the one with this number; all when absent. */
  cursor: LineNumber.optional(),
});

export const logEndpoints = {
  readLog: {
    method: 'get',
    path: '/datasets/{slug}/log',
    summary: 'What the stages of a run printed, line by line, while it runs and afterwards',
    scope: 'read',
    needs: { may: 'visit', at: 'params.slug' },
    params: DatasetParams,
    query: WhichRun.extend({
      limit: numberInText(z.int().min(1).max(5000)).default(1000),
      /** Only lines with this text, in upper or lower case. A page may then have fewer lines and still a `next`. */
      grep: z.string().min(1).max(200).optional(),
    }),
    response: LogPage,
    errors: STORAGE_ERRORS,
  },
  followLog: {
    method: 'get',
    path: '/datasets/{slug}/log/events',
    summary:
      'What a run prints, as it does: events “lines”, until it is over. The id of each is a cursor, with which a reader goes on after a lost connection, by `Last-Event-ID` or by `cursor`',
    scope: 'read',
    needs: { may: 'visit', at: 'params.slug' },
    params: DatasetParams,
    query: WhichRun,
    headers: z.object({ 'last-event-id': LineNumber.optional() }),
    response: { events: LogNews },
    errors: [...STORAGE_ERRORS, 'too-many-attempts'],
  },
} as const satisfies Record<string, Endpoint>;
