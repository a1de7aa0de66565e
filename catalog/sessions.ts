import type { JsonObject } from '../shared/domain/json.ts';
import { announceAccess } from './announce.ts';
import { recordAudit } from './audit.ts';
import type { Catalog } from './open-catalog.ts';

/** A browser in which somebody is signed in. */
export interface SessionRecord {
  id: string;
  createdAt: Date;
  expiresAt: Date;
  /** When it was used last, to within a few minutes. */
  usedAt: Date;
  address: string | null;
  /** What the browser calls itself. */
  browser: string | null;
}

interface Person {
  id: string;
  email: string;
}

/** Where somebody is signed in, newest first. */
export async function listSessions({ prisma }: Catalog, personId: string): Promise<SessionRecord[]> {
  const rows = await prisma.session.findMany({
    where: { personId, expiresAt: { gt: new Date() } },
    orderBy: [{ createdAt: 'desc' }, { id: 'asc' }],
  });
  return rows.map(({ id, createdAt, expiresAt, updatedAt, ipAddress, userAgent }) => ({
    ...{ id, createdAt, expiresAt },
    usedAt: updatedAt,
    address: ipAddress || null,
    browser: userAgent || null,
  }));
}

/** Ends the named session of a person, or all of theirs. Returns how many there were. */
export async function endSessions(
  catalog: Catalog,
  person: Person,
  { id, action, from }: { id?: string; action: 'sign-out' | 'session.revoke' | 'session.expire'; from?: string },
): Promise<number> {
  return catalog.transact(async (queries) => {
    const { count } = await queries.session.deleteMany({ where: { personId: person.id, id } });
    const detail = { sessions: count, ...(from !== undefined && { from }) };
    if (count > 0) {
      await recordAudit(queries, { actor: person.email, action, subject: person.email, detail });
      await announceAccess(queries);
    }
    return count;
  });
}

/** Notes something about a sign-in in the audit log. */
export async function recordSignInEvent(
  { prisma }: Catalog,
  event: { action: string; email: string; isKnown: boolean; detail: JsonObject },
): Promise<void> {
  const { action, email, isKnown, detail } = event;
  await recordAudit(prisma, { actor: isKnown ? email : 'somebody', action, subject: email, detail });
}
