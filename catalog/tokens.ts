import { createHash } from 'node:crypto';
import type { PersonRole } from '../shared/domain/person-role.ts';
import { CrunchError } from '../shared/errors/crunch-error.ts';
import { announceAccess } from './announce.ts';
import { recordAudit, type Actor } from './audit.ts';
import type { Prisma } from './generated/client.ts';
import type { Catalog } from './open-catalog.ts';
import { cutPage, decodeCursor, type Page, type PageRequest } from './page.ts';
import { prepared } from './prepared.ts';
import { isTokenSecret, makeTokenSecret } from './token-secret.ts';

export type TokenScope = 'read' | 'edit' | 'operate' | 'host' | 'admin';

/** A key to the API, without its secret. */
export interface TokenRecord {
  id: number;
  name: string;
  /** The first characters, by which people recognise it. */
  prefix: string;
  scope: TokenScope;
  /** Slugs; empty means all. */
  projects: string[];
  /** Empty means all. */
  pools: string[];
  createdAt: Date;
  expiresAt: Date;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
  /** The e-mail address of the person whose it is: it goes with their account, and allows no more than they may. */
  owner: string | null;
}

/** The person whose a token is, as they are now. */
export interface TokenPerson {
  id: string;
  email: string;
  name: string;
  role: PersonRole;
}

export interface NewTokenInput {
  name: string;
  scope: TokenScope;
  expiresInSeconds: number;
  projects: string[];
  pools: string[];
  /** The id of the person whose it is to be. */
  personId?: string;
}

export interface TokenQuery extends PageRequest {
  /** Only those of the person with that id. */
  personId?: string;
}

const PREFIX_LENGTH = 13;

/** What `TokenRecord` is made of. */
const TOKEN_PARTS = {
  ...{ id: true, name: true, prefix: true, scope: true, projects: true, pools: true },
  ...{ createdAt: true, expiresAt: true, lastUsedAt: true, revokedAt: true },
  person: { select: { email: true } },
} satisfies Prisma.TokenSelect;

/** Tokens, oldest first. */
export async function listTokens(catalog: Catalog, query: TokenQuery): Promise<Page<TokenRecord>> {
  const { cursor, limit, personId } = query;
  const [after] = decodeCursor(cursor, [0]) ?? [0];
  const rows = await catalog.prisma.token.findMany({
    where: { id: { gt: after }, personId },
    orderBy: { id: 'asc' },
    take: limit + 1,
    select: TOKEN_PARTS,
  });
  return cutPage(rows.map(readToken), limit, ({ id }) => [id]);
}

/** Makes a token; its secret is `token`, which can't be had again. Throws `not-found` for a project. */
export async function createToken(
  catalog: Catalog,
  { name, scope, expiresInSeconds, projects, pools, personId }: NewTokenInput,
  { name: actor, address }: Actor,
): Promise<TokenRecord & { token: string }> {
  await requireProjects(catalog, projects);
  const secret = makeTokenSecret(scope === 'host' ? 'host' : 'user');
  const expiresAt = new Date(Date.now() + expiresInSeconds * 1000);
  const prefix = secret.slice(0, PREFIX_LENGTH);
  return catalog.transact(async (queries) => {
    const row = await queries.token.create({
      data: { name, scope, projects, pools, prefix, expiresAt, sha256: hash(secret), createdBy: actor, personId },
      select: TOKEN_PARTS,
    });
    const detail = { scope, projects, pools, expiresAt: expiresAt.toISOString() };
    await recordAudit(queries, { actor, address, action: 'token.create', subject: prefix, detail });
    return { ...readToken(row), token: secret };
  });
}

/** Revoking a revoked token changes nothing. Throws `not-found`, also for one that is not of the named person. */
export async function revokeToken(
  catalog: Catalog,
  { id, personId }: { id: number; personId?: string },
  { name: actor, address }: Actor,
): Promise<void> {
  await catalog.transact(async (queries) => {
    const token = await queries.token.findUnique({
      where: { id, personId },
      select: { prefix: true, revokedAt: true },
    });
    if (!token) throw new CrunchError('not-found', `There is no token ${id}.`);
    if (token.revokedAt) return;
    await queries.token.update({ where: { id }, data: { revokedAt: new Date() } });
    await recordAudit(queries, { actor, address, action: 'token.revoke', subject: token.prefix, detail: {} });
    await announceAccess(queries);
  });
}

/**
 * The valid token with that secret, and whose it is; undefined for one that is mistyped, unknown, revoked or expired.
 */
export async function findToken(
  catalog: Catalog,
  secret: string,
): Promise<(TokenRecord & { person: TokenPerson | null }) | undefined> {
  if (!isTokenSecret(secret)) return undefined;
  const [token] = await catalog.prisma.$queryRaw<(TokenRecord & { person: TokenPerson | null })[]>(prepared`
    WITH used AS (
      UPDATE token SET last_used_at = now()
      WHERE sha256 = ${hash(secret)} AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')
    )
    SELECT
      token.id, token.name, prefix, scope, projects, pools, token.created_at AS "createdAt",
      expires_at AS "expiresAt", last_used_at AS "lastUsedAt", revoked_at AS "revokedAt", person.email AS owner,
      CASE WHEN person.id IS NOT NULL
        THEN json_build_object('id', person.id, 'email', person.email, 'name', person.name, 'role', person.role)
      END AS person
    FROM token LEFT JOIN person ON person.id = token.person_id
    WHERE sha256 = ${hash(secret)} AND revoked_at IS NULL AND expires_at > now()`);
  return token;
}

/** Why `findToken` doesn't find a token, for who looks after the server; `prefix` only of one that there was. */
export async function explainRefusal(
  { prisma }: Catalog,
  secret: string,
): Promise<{ reason: 'malformed' | 'unknown' | 'revoked' | 'expired'; prefix?: string }> {
  if (!isTokenSecret(secret)) return { reason: 'malformed' };
  const select = { prefix: true, revokedAt: true } as const;
  const token = await prisma.token.findUnique({ where: { sha256: hash(secret) }, select });
  if (token === null) return { reason: 'unknown' };
  return { reason: token.revokedAt === null ? 'expired' : 'revoked', prefix: token.prefix };
}

async function requireProjects({ prisma }: Catalog, slugs: string[]): Promise<void> {
  const found = await prisma.item.findMany({ where: { slug: { in: slugs }, kind: 'project' }, select: { slug: true } });
  const unknown = slugs.find((slug) => !found.some((project) => project.slug === slug));
  if (unknown !== undefined) throw new CrunchError('not-found', `There is no project ${unknown}.`);
}

function hash(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

function readToken({ person, ...row }: Prisma.TokenGetPayload<{ select: typeof TOKEN_PARTS }>): TokenRecord {
  return { ...row, scope: row.scope as TokenScope, owner: person?.email ?? null };
}
