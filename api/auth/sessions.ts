import { isAPIError } from 'better-auth/api';
import type { Request } from 'express';
import { z } from 'zod';
import type { Catalog } from '../../catalog/open-catalog.ts';
import { readPasswordHash, replacePasswordHash } from '../../catalog/people.ts';
import { endSessions } from '../../catalog/sessions.ts';
import { PersonRole } from '../../shared/contract/people.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { ADDRESS_HEADER, createAuth, type Auth } from './create-auth.ts';
import { hashPassword, isOutdated } from './passwords.ts';
import { bringsSession, protocolOf, SESSION_COOKIES, type CookieProtocol } from './session-cookie.ts';

/** Whoever signed in is asked for the password again after so long. */
const LONGEST_SESSION_MS = 7 * 24 * 3600 * 1000;

/** Of what better-auth tells, all that leaves this module: not the token. */
const Found = z.object({
  user: z.object({ id: z.string(), name: z.string(), email: z.string(), role: PersonRole }),
  session: z.object({ id: z.string(), createdAt: z.coerce.date(), expiresAt: z.coerce.date() }),
});

/** Somebody at a browser. */
export interface SignedInPerson extends z.infer<typeof Found> {
  /** What the browser has to be told, as values of `Set-Cookie`. */
  cookies: string[];
}

/** Who is signed in at which browser. All functions throw `catalog-unavailable`. */
export interface Sessions {
  /** Whose session the request's cookie names, while it lasts; it is prolonged by that unless `prolong` is false. */
  find(request: Request, options?: { prolong: boolean }): Promise<SignedInPerson | undefined>;
  /** Begins a session. Undefined for a wrong e-mail address or password, which take equally long. */
  open(request: Request, body: { email: string; password: string }): Promise<SignedInPerson | undefined>;
  /**
   * Changes the password of whoever is signed in, ends all of their sessions, and begins a new one. Undefined for a
   * wrong current password.
   */
  changePassword(
    request: Request,
    body: { currentPassword: string; newPassword: string },
  ): Promise<SignedInPerson | undefined>;
}

export function createSessions(catalog: Catalog): Sessions {
  const auths: Partial<Record<CookieProtocol, Promise<Auth>>> = {};

  /** Asks the database once; that it was away is not kept. */
  function authFor(request: Request): Promise<Auth> {
    const protocol = protocolOf(request);
    return (auths[protocol] ??= createAuth(catalog, protocol).catch((error: unknown) => {
      auths[protocol] = undefined;
      throw error;
    }));
  }

  async function read(auth: Auth, token: string, cookies: string[]): Promise<SignedInPerson | undefined> {
    const found = await (await auth.$context).internalAdapter.findSession(token);
    return found === null ? undefined : { ...Found.parse(found), cookies };
  }

  return {
    async find(request, { prolong } = { prolong: true }) {
      if (!bringsSession(request)) return undefined;
      const auth = await authFor(request);
      const query = { disableRefresh: !prolong };
      const call = { query, headers: headersOf(request), returnHeaders: true } as const;
      const { response, headers } = await auth.api.getSession(call).catch(translate);
      if (response === null) return undefined;
      const { user, session } = Found.parse(response);
      if (Date.now() - session.createdAt.getTime() < LONGEST_SESSION_MS) {
        return { user, session, cookies: cookiesOf(request, headers) };
      }
      await endSessions(catalog, user, { id: session.id, action: 'session.expire' });
      return undefined;
    },

    async open(request, body) {
      const auth = await authFor(request);
      const call = { body, headers: headersOf(request), returnHeaders: true } as const;
      const signedIn = await auth.api.signInEmail(call).catch(unlessRefused);
      if (signedIn === undefined) return undefined;
      await renewHash(catalog, signedIn.response.user.id, body.password);
      return read(auth, signedIn.response.token, cookiesOf(request, signedIn.headers));
    },

    async changePassword(request, change) {
      const auth = await authFor(request);
      const body = { ...change, revokeOtherSessions: true };
      const call = { body, headers: headersOf(request), returnHeaders: true } as const;
      const changed = await auth.api.changePassword(call).catch(unlessRefused);
      return changed && read(auth, changed.response.token ?? '', cookiesOf(request, changed.headers));
    },
  };
}

/** Whoever proved to know their password gets a hash of today. */
async function renewHash(catalog: Catalog, personId: string, password: string): Promise<void> {
  const known = await readPasswordHash(catalog, personId);
  if (known === undefined || !isOutdated(known)) return;
  await replacePasswordHash(catalog, personId, { from: known, to: await hashPassword(password) });
}

/** Only what better-auth needs: headers of a stranger must not steer it. */
function headersOf(request: Request): Headers {
  return new Headers({
    cookie: request.headers.cookie ?? '',
    'user-agent': (request.headers['user-agent'] ?? '').slice(0, 300),
    [ADDRESS_HEADER]: request.ip ?? '',
  });
}

/** better-auth also clears cookies that it never set here. */
function cookiesOf(request: Request, headers: Headers): string[] {
  const { name } = SESSION_COOKIES[protocolOf(request)];
  return headers.getSetCookie().filter((cookie) => cookie.startsWith(`${name}=`));
}

const REFUSALS = new Set(['INVALID_EMAIL_OR_PASSWORD', 'INVALID_PASSWORD', 'CREDENTIAL_ACCOUNT_NOT_FOUND']);

function unlessRefused(error: unknown): undefined {
  if (isAPIError(error) && REFUSALS.has(String(error.body?.code))) return undefined;
  return translate(error);
}

/** What failed below better-auth is more than it says itself. */
function translate(error: unknown): never {
  const cause = isAPIError(error) ? error.cause : undefined;
  if (cause instanceof CrunchError) throw cause;
  throw error;
}
