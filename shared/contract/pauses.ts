import { z } from 'zod';
import { Reason, SlugParams } from './common.ts';
import type { Endpoint } from './endpoint.ts';
import { Project } from './projects.ts';

export const pauseEndpoints = {
  pauseProject: {
    method: 'put',
    path: '/projects/{slug}/pause',
    summary: 'Give hosts no dataset of a project any more; those that they have, they finish',
    scope: 'operate',
    needs: { may: 'operate', at: 'params.slug' },
    params: SlugParams,
    body: z.strictObject({ reason: Reason.optional() }),
    response: Project,
    versioned: true,
  },
  resumeProject: {
    method: 'delete',
    path: '/projects/{slug}/pause',
    summary: 'Give hosts the datasets of a paused project again',
    scope: 'operate',
    needs: { may: 'operate', at: 'params.slug' },
    params: SlugParams,
    response: Project,
    versioned: true,
  },
} as const satisfies Record<string, Endpoint>;
