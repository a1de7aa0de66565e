import { z } from 'zod';
import { PERSON_ROLES } from '../domain/person-role.ts';
import { SCOPES, type Endpoint } from './endpoint.ts';

export const Health = z.object({
  status: z.literal('ready'),
  version: z.string(),
});

export const serverEndpoints = {
  getHealth: {
    method: 'get',
    path: '/health',
    summary: 'Whether catalog, storage and Temporal answer; 503 with a problem when one does not',
    scope: 'public',
    needs: { be: 'anybody' },
    response: Health,
    errors: ['catalog-unavailable', 'storage-unavailable', 'temporal-unreachable'],
  },
  getServer: {
    method: 'get',
    path: '/server',
    summary: 'Which version this is, and where to look at what Temporal knows of a run',
    scope: 'read',
    needs: { be: 'known' },
    response: z.object({
      version: z.string(),
      /** A run’s page is `<ui>/namespaces/<namespace>/workflows/<workflowId>/<temporalRunId>/history`. */
      temporal: z.object({ ui: z.string().nullable(), namespace: z.string() }),
    }),
  },
  getCaller: {
    method: 'get',
    path: '/caller',
    summary: 'Who asks: whose token this is, who is signed in, or a visitor, where there is something public',
    scope: 'read',
    needs: { may: 'visit', at: 'each' },
    response: z.object({
      name: z.string(),
      kind: z.enum(['visitor', 'person', 'token']),
      /** The person's on this server; a token that is nobody's own stands for its admins. */
      role: z.enum(['visitor', ...PERSON_ROLES]),
      /** What the token allows; null for whoever has none. */
      scope: z.enum(SCOPES).nullable(),
      /** The person's. */
      email: z.string().optional(),
    }),
  },
} as const satisfies Record<string, Endpoint>;
