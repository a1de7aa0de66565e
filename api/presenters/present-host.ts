import type { HostRecord } from '../../catalog/hosts.ts';
import type { Host } from '../../shared/contract/hosts.ts';

/** What one may be told of a host. */
export interface HostView {
  /** Whether the slug is of something that exists for them. */
  sees: (slug: string) => boolean;
  seesAllRoutes: boolean;
}

/** A host as the caller may see it: without datasets of other projects, and without routes that name them. */
export function presentHost(host: HostRecord, { sees, seesAllRoutes }: HostView): Host {
  return {
    ...host,
    holds: host.holds.filter(sees),
    routes: seesAllRoutes ? host.routes : host.routes.filter((route) => !/^(project|pool)\./.test(route)),
    startedAt: host.startedAt.toISOString(),
    lastSeenAt: host.lastSeenAt.toISOString(),
  };
}
