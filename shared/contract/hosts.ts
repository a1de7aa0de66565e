import { z } from 'zod';
import { listOf, numberInText, pageOf, PageQuery, SizeBytes, Slug, Timestamp } from './common.ts';
import { Status } from './datasets.ts';
import type { Endpoint } from './endpoint.ts';
import { EngineName } from './projects.ts';

export const HostName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, 'must be a host name: letters, digits, . _ -')
  .meta({ example: 'node-7' });
export const Boot = z
  .string()
  .regex(/^[a-z0-9-]{4,64}$/)
  .meta({ example: '8f2c-41d7' });
const HostParams = z.object({ name: HostName });

export const Host = z.object({
  name: z.string(),
  /** `live` beats; `draining` takes nothing new; `silent` has not been heard of for a while; `left` said goodbye. */
  state: z.enum(['live', 'draining', 'silent', 'left']),
  slots: z.int(),
  /** The datasets that it holds. */
  holds: z.array(z.string()),
  version: z.string(),
  stages: z.array(z.string()),
  engines: z.array(EngineName),
  routes: z.array(z.string()),
  startedAt: Timestamp,
  lastSeenAt: Timestamp,
});
export type Host = z.infer<typeof Host>;

/** What a host says of itself when it starts. */
export const HostRegistration = z.strictObject({
  name: HostName,
  boot: Boot,
  version: z.string().max(100),
  protocol: z.int(),
  slots: z.int().min(1).max(1000),
  /** The slugs of the projects that it serves, and its pools; neither means any dataset. */
  projects: z.array(Slug).max(100),
  pools: z.array(z.string().max(63)).max(100),
  /** It takes only what is pinned to it. */
  pinnedOnly: z.boolean().default(false),
  stages: z.array(z.string()).max(100),
  engines: z.array(EngineName),
  diagnostics: Status.shape.diagnostics,
});
export type HostRegistration = z.infer<typeof HostRegistration>;

/** What a registered host is told: its name, perhaps with a number behind it, and the routes to poll. */
export const HostAdmission = z.object({ name: z.string(), routes: z.array(z.string()) });
export type HostAdmission = z.infer<typeof HostAdmission>;

/** A host's hold on a dataset: the run's id and the lease's number. */
const LeaseKey = z
  .string()
  .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\/\d{1,9}$/, 'must be a run’s id / a number')
  .meta({ example: '0197f0a2-5b3c-7d4e-8f90-a1b2c3d4e5f6/1' });

/** How a lease ended, as the catalog has it: as its run was closed, or `lost` when another lease has taken its place. */
export const EndedLease = z.object({ lease: LeaseKey, outcome: z.enum(['completed', 'failed', 'cancelled', 'lost']) });
export type EndedLease = z.infer<typeof EndedLease>;

export const HostWork = z.object({
  /** Datasets in the host's scope that wait. */
  queued: z.int(),
  /** Those that run on other hosts. */
  runningElsewhere: z.int(),
  /** Those of its own, until their runs are closed. */
  held: z.int(),
  /** Of the leases that were asked for, those that have ended. */
  ended: z.array(EndedLease),
});
export type HostWork = z.infer<typeof HostWork>;

/** What a host must know of the server's surroundings. It never holds credentials. */
export const HostConfig = z.object({
  serverVersion: z.string(),
  protocol: z.int(),
  /** The server's clock. */
  now: Timestamp,
  temporal: z.object({ address: z.string(), namespace: z.string(), tls: z.boolean() }),
  temporalUi: z.string().nullable(),
  storage: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('folder'), path: z.string() }),
    z.object({
      kind: z.literal('s3'),
      bucket: z.string(),
      prefix: z.string(),
      region: z.string(),
      endpoint: z.string().nullable(),
      forcePathStyle: z.boolean(),
    }),
  ]),
  freeBytes: SizeBytes,
});
export type HostConfig = z.infer<typeof HostConfig>;

export const hostEndpoints = {
  listHosts: {
    method: 'get',
    path: '/hosts',
    summary: 'Hosts, live ones first',
    scope: 'read',
    needs: { be: 'member' },
    query: PageQuery,
    response: pageOf(Host),
  },
  getHostConfig: {
    method: 'get',
    path: '/host-config',
    summary: 'What a host needs to start',
    scope: 'host',
    needs: { be: 'host' },
    response: HostConfig,
  },
  registerHost: {
    method: 'post',
    path: '/hosts',
    summary: 'A host says that it is there',
    scope: 'host',
    needs: { be: 'host' },
    body: HostRegistration,
    response: HostAdmission,
    status: 201,
    errors: ['host-cannot'],
  },
  beatHost: {
    method: 'put',
    path: '/hosts/{name}/beat',
    summary: 'A host says that it is still there',
    scope: 'host',
    needs: { be: 'host' },
    params: HostParams,
    body: z.strictObject({ boot: Boot, draining: z.boolean() }),
  },
  getHostWork: {
    method: 'get',
    path: '/hosts/{name}/work',
    summary: 'What is left for a host; answers when it differs from what the caller knows, or after `waitSeconds`',
    scope: 'host',
    needs: { be: 'host' },
    params: HostParams,
    query: z.object({
      waitSeconds: numberInText(z.int().min(0).max(30)).default(0),
      queued: numberInText(z.int()).optional(),
      runningElsewhere: numberInText(z.int()).optional(),
      held: numberInText(z.int()).optional(),
      /** Leases whose work is done here: the answer says which have ended, and comes when one has. */
      leases: listOf(LeaseKey),
    }),
    response: HostWork,
  },
  refuseRun: {
    method: 'post',
    path: '/runs/{id}/refusals',
    summary: 'A host says why it can’t take a waiting dataset, for people to read',
    scope: 'host',
    needs: { be: 'host' },
    params: z.object({ id: z.uuid() }),
    body: z.strictObject({ host: HostName, reason: z.string().min(1).max(1000) }),
  },
  leaveHost: {
    method: 'post',
    path: '/hosts/{name}/leave',
    summary: 'A host says goodbye',
    scope: 'host',
    needs: { be: 'host' },
    params: HostParams,
    body: z.strictObject({ boot: Boot }),
  },
} as const satisfies Record<string, Endpoint>;
