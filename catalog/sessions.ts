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
  { id, action, address }: { id?: string; action: 'sign-out' | 'session.revoke' | 'session.expire'; address?: string },
): Promise<number> {
  return catalog.transact(async (queries) => {
    const { count } = await queries.session.deleteMany({ where: { personId: person.id, id } });
    if (count > 0) {
      const { email } = person;
      await recordAudit(queries, { actor: email, address, action, subject: email, detail: { sessions: count } });
      await announceAccess(queries);
    }
    return count;
  });
}

/** Removes what is left of sessions that nobody used until they ended. */
export async function forgetEndedSessions({ prisma }: Catalog): Promise<void> {
  await prisma.session.deleteMany({ where: { expiresAt: { lt: new Date() } } });
}

/** Notes in the audit log what the owner of an e-mail address did about signing in. */
export async function recordSignInEvent(
  { prisma }: Catalog,
  { action, email, address }: { action: string; email: string; address: string },
): Promise<void> {
  await recordAudit(prisma, { actor: email, address, action, subject: email, detail: {} });
}
