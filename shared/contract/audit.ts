import { z } from 'zod';
import { JsonObject, PageQuery, pageOf, Slug, Timestamp } from './common.ts';
import type { Endpoint } from './endpoint.ts';

/** Somebody did something, or tried to. */
export const AuditEvent = z.object({
  id: z.int(),
  at: Timestamp,
  /** Who: a person's e-mail address, or a token by its name. */
  actor: z.string(),
  /** From where; null for what the server did by itself. */
  address: z.string().nullable(),
  action: z.string(),
  subject: z.string(),
  project: z.string().nullable(),
  /** `before` and `after`, or what else is worth knowing. */
  detail: JsonObject,
});
export type AuditEvent = z.infer<typeof AuditEvent>;

const Words = z.string().min(1).max(1100);

/** Which events are asked for. */
export const AuditQuery = z.object({
  /** A name; of a person also what they did by their tokens. */
  actor: Words.optional(),
  /** Such as `project.change`, or `project` for all that begins so. */
  action: Words.optional(),
  /** A slug, with all below it, or another name. */
  subject: Words.optional(),
  project: Slug.optional(),
  since: Timestamp.optional(),
  until: Timestamp.optional(),
});
export type AuditQuery = z.infer<typeof AuditQuery>;

export const auditEndpoints = {
  listAuditEvents: {
    method: 'get',
    path: '/audit',
    summary: 'Who did what, newest first: everything for an admin, what belongs to their projects for owners',
    scope: 'admin',
    needs: { may: 'own', at: 'each' },
    query: PageQuery.extend(AuditQuery.shape),
    response: pageOf(AuditEvent),
  },
  exportAuditEvents: {
    method: 'get',
    path: '/audit/lines',
    summary: 'The same as one stream, a JSON document a line',
    scope: 'admin',
    needs: { may: 'own', at: 'each' },
    query: AuditQuery,
    response: { lines: AuditEvent },
  },
} as const satisfies Record<string, Endpoint>;
