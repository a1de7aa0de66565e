import { z } from 'zod';
import { Reason, Slug } from './common.ts';
import { DatasetStateName, WorkspaceFate } from './datasets.ts';
import type { Endpoint } from './endpoint.ts';
import { Filter } from './filter.ts';

const SELECTION = {
  datasets: z.array(Slug).max(1000).default([]),
  projects: z.array(Slug).max(100).default([]),
  pools: z.array(z.string()).max(100).default([]),
  states: z.array(DatasetStateName).default([]),
  filter: Filter.optional(),
  /** Take held drafts too. */
  includeHeld: z.boolean().default(false),
  /** Only this host may take them. */
  host: z.string().max(100).optional(),
  /** Change nothing; answer with what would change. */
  dryRun: z.boolean().default(false),
};

type SelectionFields = z.output<z.ZodObject<typeof SELECTION>>;

function namesSome({ datasets, projects, pools, states, filter }: SelectionFields): boolean {
  return datasets.length + projects.length + pools.length + states.length > 0 || filter !== undefined;
}

const NAMES_NONE = 'names no dataset: give datasets, projects, pools, states or a filter';
const EXAMPLE = { projects: ['penguins'], states: ['failed'], dryRun: true };

/** Which datasets an action is for: by name, or all that match. */
export const Selection = z.strictObject(SELECTION).refine(namesSome, NAMES_NONE).meta({ example: EXAMPLE });
export type Selection = z.infer<typeof Selection>;

/** Which datasets to cancel, and why. */
export const Cancellation = z
  .strictObject({
    ...SELECTION,
    reason: Reason.optional(),
    /** What becomes of the workspaces on the hosts that have them. */
    workspace: WorkspaceFate.default('keep'),
  })
  .refine(namesSome, NAMES_NONE)
  .meta({ example: { datasets: ['penguins:torgersen'], reason: 'wrong input' } });

/** The slugs that an action changed, and those it was asked for by name but could not change. */
export const ActionResult = z.object({
  items: z.array(z.string()),
  /**
   * `not-found` for one that doesn't exist for the caller, `not-allowed` where they may not do that, `conflict` for one
   * that the action is not for.
   */
  refused: z.array(
    z.object({ slug: z.string(), code: z.enum(['not-found', 'not-allowed', 'conflict']), reason: z.string() }),
  ),
});
export type ActionResult = z.infer<typeof ActionResult>;

export const actionEndpoints = {
  queueDatasets: {
    method: 'post',
    path: '/actions/queue',
    summary: 'Queue drafts',
    scope: 'edit',
    needs: { may: 'edit', at: 'each', hosts: true },
    takesKey: true,
    body: Selection,
    response: ActionResult,
  },
  retryDatasets: {
    method: 'post',
    path: '/actions/retry',
    summary: 'Run settled datasets again',
    scope: 'operate',
    needs: { may: 'operate', at: 'each', hosts: true },
    takesKey: true,
    body: Selection,
    response: ActionResult,
  },
  cancelDatasets: {
    method: 'post',
    path: '/actions/cancel',
    summary: 'Cancel queued and running datasets',
    scope: 'operate',
    needs: { may: 'operate', at: 'each' },
    takesKey: true,
    body: Cancellation,
    response: ActionResult,
  },
} as const satisfies Record<string, Endpoint>;
