/** Temporal workflows and catalog activities, polled by the control workers beside the catalog. */
export const CONTROL_QUEUE = 'crunch.control';

/** The id of a dataset's Temporal workflow: it holds the id, not the slug, since a slug changes when a dataset moves. */
export function workflowIdOf(datasetId: number): string {
  return `crunch/${datasetId}`;
}

/**
 * A way on which a dataset is offered to hosts: `any`, `project.<id>`, `pool.<pool>` or `host.<host>`.
 * Each is one lease queue.
 */
export type Route = 'any' | `project.${number}` | `pool.${string}` | `host.${string}`;

export function projectRoute(projectId: number): Route {
  return `project.${projectId}`;
}

export function poolRoute(pool: string): Route {
  return `pool.${pool}`;
}

export function hostRoute(host: string): Route {
  return `host.${host}`;
}

/** The task queue on which leases of a route wait. */
export function leaseQueue(route: Route): string {
  return `crunch.lease.${route}`;
}

/** The stages' task queue, polled by exactly one process: a restarted host has another boot and so another queue. */
export function stageQueue(host: string, boot: string): string {
  return `crunch.host.${host}.${boot}`;
}
