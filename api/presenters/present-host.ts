import type { HostRecord } from '../../catalog/hosts.ts';
import type { Host } from '../../shared/contract/hosts.ts';
import { sees, type Caller } from '../auth/caller.ts';

/** A host as that caller may see it: without datasets of other projects, and without routes that name them. */
export function presentHost(caller: Caller, host: HostRecord): Host {
  const isLimited = caller.projects !== undefined;
  return {
    ...host,
    holds: host.holds.filter((slug) => sees(caller, slug)),
    routes: isLimited ? host.routes.filter((route) => !/^(project|pool)\./.test(route)) : host.routes,
    startedAt: host.startedAt.toISOString(),
    lastSeenAt: host.lastSeenAt.toISOString(),
  };
}
