import { z } from 'zod';
import { BUILT_IN_STAGES } from '../domain/stage.ts';
import { SlugParams } from './common.ts';
import { Diagnostics } from './datasets.ts';
import type { Endpoint } from './endpoint.ts';

/** What happened to a dataset on another site, oldest first; what was told there has no time. */
export const PastStatuses = z.strictObject({
  statuses: z
    .array(
      z.strictObject({
        stage: z.enum(BUILT_IN_STAGES),
        state: z.enum(['START', 'SUCCESS', 'FAIL']),
        note: z.string().max(1_000_000).default(''),
        diagnostics: Diagnostics,
      }),
    )
    .max(10_000),
});
export type PastStatuses = z.infer<typeof PastStatuses>;

export const importEndpoints = {
  importHistory: {
    method: 'put',
    path: '/datasets/{slug}/imported-history',
    summary: 'Make what happened to a dataset on another site its history; refused once it was processed here',
    scope: 'admin',
    needs: { may: 'own', at: 'params.slug' },
    params: SlugParams,
    body: PastStatuses,
    response: z.object({ changed: z.boolean() }),
  },
} as const satisfies Record<string, Endpoint>;
