import { z } from 'zod';
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
    response: Health,
  },
  getServer: {
    method: 'get',
    path: '/server',
    summary: 'Which version this is, and where to look at what Temporal knows of a run',
    scope: 'read',
    response: z.object({
      version: z.string(),
      /** A run’s page is `<ui>/namespaces/<namespace>/workflows/<workflowId>/<temporalRunId>/history`. */
      temporal: z.object({ ui: z.string().nullable(), namespace: z.string() }),
    }),
  },
  getCaller: {
    method: 'get',
    path: '/caller',
    summary: 'Who asks: whose token this is, or who is signed in',
    scope: 'read',
    response: z.object({
      name: z.string(),
      scope: z.enum(SCOPES),
      kind: z.enum(['person', 'token']),
      /** The person's. */
      email: z.string().optional(),
    }),
  },
} as const satisfies Record<string, Endpoint>;
