import { z } from 'zod';
import { listOf, Slug } from './common.ts';
import type { Endpoint } from './endpoint.ts';

/** What changed, by slug or name. Without any of them anything may have changed. */
export const Change = z.object({
  dataset: z.string().optional(),
  project: z.string().optional(),
  host: z.string().optional(),
});
export type Change = z.infer<typeof Change>;

/**
 * A stream without news says so as often as this. By that readers know that the connection lives, and proxies don't cut
 * it, as they do when nothing moves for a minute or so.
 */
export const KEEP_ALIVE_MS = 15_000;

export const eventEndpoints = {
  streamEvents: {
    method: 'get',
    path: '/events',
    summary:
      'What changes, as it does: an event “change” for each thing, or one that names nothing when much changed. Ends with the caller’s session or token; look at everything anew after each connection',
    scope: 'read',
    needs: { may: 'visit', at: 'each' },
    query: z.object({
      /** Only what belongs to these projects. */
      project: listOf(Slug),
      /** Only these datasets, beside the projects. */
      dataset: listOf(Slug),
    }),
    response: { events: Change },
    errors: ['too-many-attempts'],
  },
} as const satisfies Record<string, Endpoint>;
