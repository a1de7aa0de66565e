import { claimNextDataset, type ExternalClient } from '../../catalog/external-claims.ts';
import { contract } from '../../shared/contract/index.ts';
import { assertMayCall, neededRight } from '../auth/authorize.ts';
import type { Caller } from '../auth/caller.ts';
import { findItem } from './find-item.ts';
import type { SeedCall, SeedRoute } from './seed-route.ts';

/** Whoever may have a dataset run again, and every host, may run it themself. */
export const PROCESSING = contract.retryDatasets;

export const nextRoutes: SeedRoute[] = [
  { path: '/next/', name: 'Next Dataset Reference', methods: { get: (call) => claim(call) }, getClaims: true },
  {
    path: '/projects/:slug/next/',
    name: 'Project Next Dataset Reference',
    methods: { get: async (call) => claim(call, (await findItem(call, call.slug, 'project')).slug) },
    getClaims: true,
  },
];

/** A caller as a client of django-crunch, which takes datasets by its token. */
export function clientOf({ id, name, shownName, address }: Caller): ExternalClient {
  return { id, actor: name, address, host: shownName };
}

/** What is told is the caller's from now on; two empty texts when nothing is left. */
async function claim({ context, caller }: SeedCall, project?: string): Promise<unknown> {
  assertMayCall(caller, PROCESSING);
  const scope = { project, access: caller.access, right: neededRight(caller, PROCESSING.needs) };
  const claimed = await claimNextDataset(context.catalog, clientOf(caller), scope);
  return { project: claimed?.project ?? '', dataset: claimed?.slug ?? '' };
}
