import { z } from 'zod';
import { STATUS_STATES } from '../domain/stage.ts';
import { ItemAttribute } from './attributes.ts';
import { Flag, listOf, PageQuery, pageOf, Slug, Timestamp } from './common.ts';
import { Dataset, DatasetStateName } from './datasets.ts';
import type { Endpoint } from './endpoint.ts';
import { Columns, Filter, Sort } from './filter.ts';

/** A dataset in a list, with the attributes that were asked for as columns. */
export const ListedDataset = Dataset.extend({
  attributes: z.array(ItemAttribute),
  /** What happened last. */
  status: z
    .object({ stage: z.string(), state: z.enum(STATUS_STATES), host: z.string().nullable(), at: Timestamp })
    .nullable(),
});
export type ListedDataset = z.infer<typeof ListedDataset>;

/** Which datasets a list is of: all for which everything that is given is true. */
export const ScopeQuery = z.object({
  project: listOf(Slug),
  state: listOf(DatasetStateName),
  filter: Filter.optional(),
  /** Also those that are archived, or whose project is. */
  archived: Flag,
});
export type ScopeQuery = z.infer<typeof ScopeQuery>;

export const datasetListEndpoints = {
  listDatasets: {
    method: 'get',
    path: '/datasets',
    summary: 'Datasets, filtered and sorted, with their last status and the attributes asked for as columns',
    scope: 'read',
    needs: { may: 'visit', at: 'each' },
    query: PageQuery.extend({ ...ScopeQuery.shape, sort: Sort.optional(), columns: Columns.optional() }),
    response: pageOf(ListedDataset),
  },
  countDatasets: {
    method: 'get',
    path: '/datasets/counts',
    summary: 'How many datasets have each state, stage, host or project',
    scope: 'read',
    needs: { may: 'visit', at: 'each' },
    query: ScopeQuery.extend({ by: z.enum(['state', 'stage', 'host', 'project']).default('state') }),
    response: z.object({
      total: z.int(),
      /** In the order of the values; null for datasets without one. */
      counts: z.array(z.object({ value: z.string().nullable(), count: z.int() })),
    }),
  },
} as const satisfies Record<string, Endpoint>;
