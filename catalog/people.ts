import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../shared/domain/json.ts';
import type { PersonRole } from '../shared/domain/person-role.ts';
import { CrunchError } from '../shared/errors/crunch-error.ts';
import { announceAccess } from './announce.ts';
import { recordAudit, type Actor } from './audit.ts';
import type { Person } from './generated/client.ts';
import type { Catalog, CatalogQueries } from './open-catalog.ts';
import { cutPage, decodeCursor, type Page, type PageRequest } from './page.ts';

/** Somebody who may sign in. */
export interface PersonRecord {
  id: string;
  /** In lower case. */
  email: string;
  name: string;
  role: PersonRole;
  createdAt: Date;
}

export interface NewPersonInput {
  email: string;
  name: string;
  role: PersonRole;
  passwordHash: string;
}

/** What is absent stays. */
export interface PersonChangeInput {
  name?: string;
  role?: PersonRole;
  passwordHash?: string;
}

/** The name by which better-auth knows passwords among credentials. */
const PASSWORD = 'credential';

export interface PeopleQuery extends PageRequest {
  /** Only who has this address, in lower case. */
  email?: string;
}

/** People in the order of their e-mail addresses. */
export async function listPeople(
  { prisma }: Catalog,
  { cursor, limit, email }: PeopleQuery,
): Promise<Page<PersonRecord>> {
  const [after] = decodeCursor(cursor, ['']) ?? [''];
  const rows = await prisma.person.findMany({
    where: { email: { gt: after, equals: email } },
    orderBy: { email: 'asc' },
    take: limit + 1,
  });
  return cutPage(rows.map(readPerson), limit, (person) => [person.email]);
}

/** Throws `not-found`. */
export async function getPerson({ prisma }: Catalog, id: string): Promise<PersonRecord> {
  const person = await prisma.person.findUnique({ where: { id } });
  if (!person) throw missing();
  return readPerson(person);
}

/** The hash of a person's password; undefined for somebody without one. */
export async function readPasswordHash({ prisma }: Catalog, personId: string): Promise<string | undefined> {
  const credential = await prisma.credential.findFirst({ where: { personId, providerId: PASSWORD } });
  return credential?.password ?? undefined;
}

/** Puts another hash of the same password in place of the one that is `from`, if it still is. */
export async function replacePasswordHash(
  { prisma }: Catalog,
  personId: string,
  { from, to }: { from: string; to: string },
): Promise<void> {
  await prisma.credential.updateMany({
    where: { personId, providerId: PASSWORD, password: from },
    data: { password: to },
  });
}

/** Whether nobody can sign in yet. */
export async function hasNobody({ prisma }: Catalog): Promise<boolean> {
  return (await prisma.person.count()) === 0;
}

/** Makes an account. Throws `conflict` for an e-mail address that has one. */
export async function createPerson(catalog: Catalog, input: NewPersonInput, actor: Actor): Promise<PersonRecord> {
  const { name, role, passwordHash } = input;
  const [id, email] = [randomUUID(), input.email.toLowerCase()];
  return catalog.transact(async (queries) => {
    if (await queries.person.findUnique({ where: { email } })) {
      throw new CrunchError('conflict', `${email} has an account already. Change that one.`);
    }
    const credential = { id: randomUUID(), providerId: PASSWORD, accountId: id, password: passwordHash };
    const person = await queries.person.create({
      data: { id, email, name, role, credentials: { create: credential } },
    });
    await recordPersonEvent(queries, 'create', person, { after: { name, role } }, actor);
    return readPerson(person);
  });
}

/**
 * Changes an account. Another password or role ends its sessions. Throws `not-found`, and `conflict` when nobody would
 * be left who may change accounts.
 */
export async function changePerson(
  catalog: Catalog,
  id: string,
  { passwordHash, ...change }: PersonChangeInput,
  actor: Actor,
): Promise<PersonRecord> {
  return catalog.transact(async (queries) => {
    const former = await lockPerson(queries, id);
    if (change.role !== undefined && change.role !== 'admin') await requireOtherAdmin(queries, former);
    const person = await queries.person.update({ where: { id }, data: change });
    if (passwordHash !== undefined) {
      await queries.credential.updateMany({
        where: { personId: id, providerId: PASSWORD },
        data: { password: passwordHash },
      });
    }
    const hasNewRole = person.role !== former.role;
    if (passwordHash !== undefined || hasNewRole) await queries.session.deleteMany({ where: { personId: id } });
    const { name, role } = former;
    const before = pickChanged({ name, role }, change);
    const detail = { before, after: change, ...(passwordHash !== undefined && { password: 'changed' }) };
    await recordPersonEvent(queries, 'change', person, detail, actor);
    await announceAccess(queries);
    return readPerson(person);
  });
}

/**
 * Removes an account with its sessions and tokens. Throws `not-found`, and `conflict` when nobody would be left who may
 * change accounts.
 */
export async function removePerson(catalog: Catalog, id: string, actor: Actor): Promise<void> {
  await catalog.transact(async (queries) => {
    const person = await lockPerson(queries, id);
    await requireOtherAdmin(queries, person);
    await queries.person.delete({ where: { id } });
    await recordPersonEvent(queries, 'remove', person, { before: { name: person.name, role: person.role } }, actor);
    await announceAccess(queries);
  });
}

/** Of the fields that a change names, what they were. */
function pickChanged(fields: Record<string, string>, change: object): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => name in change));
}

/** Changes of accounts take turns, so that two admins can't remove each other. */
async function lockPerson(queries: CatalogQueries, id: string): Promise<Person> {
  await queries.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('crunch.people'))`;
  const person = await queries.person.findUnique({ where: { id } });
  if (!person) throw missing();
  return person;
}

function missing(): CrunchError {
  return new CrunchError('not-found', 'There is no such account.');
}

async function requireOtherAdmin(queries: CatalogQueries, { id, email, role }: Person): Promise<void> {
  if (role !== 'admin' || (await queries.person.count({ where: { role, id: { not: id } } })) > 0) return;
  throw new CrunchError('conflict', `${email} is the only admin. Make another one first.`);
}

async function recordPersonEvent(
  queries: CatalogQueries,
  action: string,
  { email }: Person,
  detail: JsonObject,
  { name, address }: Actor,
): Promise<void> {
  await recordAudit(queries, { actor: name, address, action: `person.${action}`, subject: email, detail });
}

function readPerson({ id, email, name, role, createdAt }: Person): PersonRecord {
  return { id, email, name, role: role as PersonRole, createdAt };
}
