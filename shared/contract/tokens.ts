import { z } from 'zod';
import { Id, Name, numberInText, PageQuery, pageOf, Slug, Timestamp } from './common.ts';
import { SCOPES, type Endpoint } from './endpoint.ts';

const DAY_SECONDS = 24 * 3600;

export const Token = z.object({
  id: z.int(),
  name: z.string(),
  prefix: z.string(),
  scope: z.enum(SCOPES),
  projects: z.array(z.string()),
  pools: z.array(z.string()),
  createdAt: Timestamp,
  expiresAt: Timestamp,
  lastUsedAt: Timestamp.nullable(),
  revokedAt: Timestamp.nullable(),
  /** The e-mail address of the person whose it is: it goes with their account, and allows no more than they may. */
  owner: z.string().nullable(),
});
export type Token = z.infer<typeof Token>;

export const NewToken = z.strictObject({
  name: Name,
  scope: z.enum(SCOPES),
  /** At most a year; 90 days when absent. */
  expiresInSeconds: z
    .int()
    .min(60)
    .max(366 * DAY_SECONDS)
    .default(90 * DAY_SECONDS),
  projects: z.array(Slug).max(100).default([]),
  pools: z.array(z.string().max(63)).max(100).default([]),
});
export type NewToken = z.infer<typeof NewToken>;

export const tokenEndpoints = {
  listTokens: {
    method: 'get',
    path: '/tokens',
    summary: 'Tokens, without their secrets: all for an admin, their own for others',
    scope: 'account',
    needs: { be: 'known' },
    query: PageQuery,
    response: pageOf(Token),
  },
  createToken: {
    method: 'post',
    path: '/tokens',
    summary: 'Make a token, of at most one’s own scope; its secret is shown once',
    scope: 'account',
    needs: { be: 'known' },
    body: NewToken,
    response: Token.extend({ token: z.string() }),
    status: 201,
  },
  revokeToken: {
    method: 'delete',
    path: '/tokens/{id}',
    summary: 'Revoke a token: any for an admin, one of their own for others',
    scope: 'account',
    needs: { be: 'known' },
    params: z.object({ id: numberInText(Id) }),
  },
} as const satisfies Record<string, Endpoint>;
