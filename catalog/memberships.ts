import type { ProjectRole } from '../shared/domain/project-role.ts';
import { CrunchError } from '../shared/errors/crunch-error.ts';
import { announceAccess, announceChange } from './announce.ts';
import { recordAudit, type Actor } from './audit.ts';
import type { Catalog, CatalogQueries } from './open-catalog.ts';
import { cutPage, decodeCursor, type Page, type PageRequest } from './page.ts';
import { lockProject } from './projects.ts';

/** Somebody who is something in a project. */
export interface MemberRecord {
  email: string;
  name: string;
  role: ProjectRole;
  since: Date;
}

/** Whose membership of which project. */
interface MembershipKey {
  /** The project's slug. */
  project: string;
  /** In lower case. */
  email: string;
}

interface MembershipChange extends MembershipKey {
  role: ProjectRole;
}

/** The members of a project in the order of their e-mail addresses. */
export async function listMembers(
  { prisma }: Catalog,
  { project, cursor, limit }: PageRequest & { project: string },
): Promise<Page<MemberRecord>> {
  const [after] = decodeCursor(cursor, ['']) ?? [''];
  const rows = await prisma.membership.findMany({
    where: { project: { item: { slug: project } }, person: { email: { gt: after } } },
    orderBy: { person: { email: 'asc' } },
    take: limit + 1,
    select: { role: true, since: true, person: { select: { email: true, name: true } } },
  });
  const members = rows.map(({ role, since, person }) => ({ ...person, role: role as ProjectRole, since }));
  return cutPage(members, limit, ({ email }) => [email]);
}

/**
 * Makes somebody a member of a project, or changes what they are there. Throws `not-found` for the project and for who
 * has no account, and `conflict` when it would leave the project without an owner, unless `mayLeaveNone`.
 */
export async function setMember(
  catalog: Catalog,
  { project, email, role }: MembershipChange,
  { actor, mayLeaveNone }: { actor: Actor; mayLeaveNone: boolean },
): Promise<MemberRecord> {
  return catalog.transact(async (queries) => {
    const projectId = await lockProject(queries, project);
    const person = await queries.person.findUnique({ where: { email }, select: { id: true, email: true, name: true } });
    if (!person) throw new CrunchError('not-found', `${email} has no account here. An admin can make one.`);
    const key = { projectId, personId: person.id };
    const former = await queries.membership.findUnique({ where: { projectId_personId: key } });
    if (!mayLeaveNone && former?.role === 'owner' && role !== 'owner') await requireOtherOwner(queries, key, project);
    const { since } = await queries.membership.upsert({
      where: { projectId_personId: key },
      create: { ...key, role },
      update: { role },
    });
    const detail = { before: former?.role ?? null, after: role };
    await conclude(queries, { project, email: person.email, action: 'member.set', actor, detail });
    return { email: person.email, name: person.name, role, since };
  });
}

/**
 * Ends somebody's membership of a project. Throws `not-found` for the project and for who is no member, and `conflict`
 * as `setMember` does.
 */
export async function removeMember(
  catalog: Catalog,
  { project, email }: MembershipKey,
  { actor, mayLeaveNone }: { actor: Actor; mayLeaveNone: boolean },
): Promise<void> {
  await catalog.transact(async (queries) => {
    const projectId = await lockProject(queries, project);
    const former = await queries.membership.findFirst({ where: { projectId, person: { email } } });
    if (!former) throw new CrunchError('not-found', `${email} is no member of ${project}.`);
    const key = { projectId, personId: former.personId };
    if (!mayLeaveNone && former.role === 'owner') await requireOtherOwner(queries, key, project);
    await queries.membership.delete({ where: { projectId_personId: key } });
    const detail = { before: former.role, after: null };
    await conclude(queries, { project, email, action: 'member.remove', actor, detail });
  });
}

/** The caller holds the project's lock, so that two owners can't leave at once. */
async function requireOtherOwner(
  queries: CatalogQueries,
  { projectId, personId }: { projectId: number; personId: string },
  project: string,
): Promise<void> {
  const others = await queries.membership.count({ where: { projectId, role: 'owner', personId: { not: personId } } });
  if (others > 0) return;
  throw new CrunchError('conflict', `This would leave ${project} without an owner. Make somebody else one first.`);
}

async function conclude(
  queries: CatalogQueries,
  event: {
    project: string;
    email: string;
    action: string;
    actor: Actor;
    detail: { before: string | null; after: string | null };
  },
): Promise<void> {
  const { project, email, action, actor, detail } = event;
  const { name, address } = actor;
  await recordAudit(queries, { actor: name, address, action, subject: project, detail: { person: email, ...detail } });
  await announceChange(queries, { project });
  await announceAccess(queries);
}
