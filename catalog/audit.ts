import type { JsonObject } from '../shared/domain/json.ts';
import { projectSlugOf } from '../shared/domain/slug.ts';
import { hasRight, type Access } from './access.ts';
import { Prisma } from './generated/client.ts';
import type { Catalog, CatalogQueries } from './open-catalog.ts';
import { prepared } from './prepared.ts';
import { cutPage, decodeCursor, type Page, type PageRequest } from './page.ts';
import { storableJson, storableText } from './storable-text.ts';

/** Who did something, and from which address. */
export interface Actor {
  name: string;
  /** Absent for what this process did by itself. */
  address?: string;
}

/** Somebody did something. */
export interface AuditEvent {
  /** The caller's name. */
  actor: string;
  /** From which address it was asked for, where somebody did so. */
  address?: string;
  /** Such as `project.change`. */
  action: string;
  /** The slug or name of what it was done to. */
  subject: string;
  /** What was, or changed: `before` and `after` where there is such a thing. */
  detail: JsonObject;
}

export interface AuditRecord extends Omit<AuditEvent, 'address'> {
  id: number;
  at: Date;
  address: string | null;
  /** The slug of the project that it belongs to, as it is now. */
  project: string | null;
}

/** Which events are asked for; what is absent narrows nothing. */
export interface AuditFilter {
  /** A name, as events have it; of a person also what they did by their tokens. */
  actor?: string;
  /** An action such as `project.change`, or the first part of several, such as `project`. */
  action?: string;
  /** A slug, with all below it, or another name. */
  subject?: string;
  /** A project's slug. */
  project?: string;
  since?: Date;
  until?: Date;
  /** Only events of projects that are the caller's own; who owns all has those without a project too. */
  access: Access;
}

/** Actions whose subject is a slug. */
const CATALOG_ACTION = /^(project|dataset|item|attribute|file|member)\./;

/** Adds an event to the audit log, best in the transaction that does what it tells of. */
export async function recordAudit(
  queries: CatalogQueries,
  { actor, address, action, subject, detail }: AuditEvent,
): Promise<void> {
  const project = CATALOG_ACTION.test(action) ? projectSlugOf(subject) : null;
  // The project's id, since another one may get its slug some day.
  await queries.$executeRaw(prepared`
    INSERT INTO audit_event (actor, address, action, subject, project_id, detail)
    VALUES (
      ${storableText(actor)}, ${address ?? null}, ${action}, ${storableText(subject)},
      (SELECT id FROM item WHERE slug = ${project} AND kind = 'project'), ${storableJson(detail)}::jsonb
    )`);
}

/** Events that the caller may read, newest first. */
export async function listAuditEvents(
  catalog: Catalog,
  { cursor, limit, ...filter }: AuditFilter & PageRequest,
): Promise<Page<AuditRecord>> {
  const before = decodeCursor(cursor, [0])?.[0];
  const events = await catalog.prisma.$queryRaw<(Omit<AuditRecord, 'id'> & { id: bigint })[]>`
    SELECT event.id, event.at, event.actor, event.address, event.action, event.subject, event.detail,
      item.slug AS project
    FROM audit_event AS event
    LEFT JOIN item ON item.id = event.project_id
    WHERE ${passes(filter)} AND (${before ?? null}::bigint IS NULL OR event.id < ${before ?? null}::bigint)
    ORDER BY event.id DESC LIMIT ${limit + 1}`;
  const records = events.map((event) => ({ ...event, id: Number(event.id) }));
  return cutPage(records, limit, ({ id }) => [id]);
}

function passes({ actor, action, subject, project, since, until, access }: AuditFilter): Prisma.Sql {
  const conditions = [hasRight(access, 'own', Prisma.sql`event.project_id`)];
  if (actor !== undefined) {
    conditions.push(Prisma.sql`(event.actor = ${actor} OR starts_with(event.actor, ${`${actor}, by the token `}))`);
  }
  if (action !== undefined) {
    conditions.push(Prisma.sql`(event.action = ${action} OR starts_with(event.action, ${`${action}.`}))`);
  }
  if (subject !== undefined) {
    conditions.push(Prisma.sql`(event.subject = ${subject} OR starts_with(event.subject, ${`${subject}:`}))`);
  }
  if (project !== undefined) conditions.push(Prisma.sql`item.slug = ${project}`);
  if (since !== undefined) conditions.push(Prisma.sql`event.at >= ${since}`);
  if (until !== undefined) conditions.push(Prisma.sql`event.at < ${until}`);
  return Prisma.sql`(${Prisma.join(conditions, ' AND ')})`;
}
