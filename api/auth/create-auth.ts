import { randomUUID } from 'node:crypto';
import { betterAuth } from 'better-auth/minimal';
import { AUTH_TABLES, openAuthDatabase } from '../../catalog/auth-database.ts';
import type { Catalog } from '../../catalog/open-catalog.ts';
import { readSecret } from '../../catalog/secrets.ts';
import { hashPassword, verifyPassword } from './passwords.ts';
import { SESSION_COOKIES, type CookieProtocol } from './session-cookie.ts';

const HOUR_SECONDS = 3600;

/** A session that is not used for so long is over. */
const IDLE_SECONDS = 24 * HOUR_SECONDS;
/** How often a session in use is prolonged. */
const PROLONGED_EVERY_SECONDS = 300;

/** Where better-auth finds the address of the caller, in headers that only we fill. */
export const ADDRESS_HEADER = 'x-crunch-address';

export type Auth = Awaited<ReturnType<typeof createAuth>>;

/**
 * better-auth over the catalog: passwords and sessions. Only its functions are called: it has no routes here, and what
 * keeps strangers out of routes is ours. Throws `catalog-unavailable`.
 */
export async function createAuth(catalog: Catalog, protocol: CookieProtocol) {
  return betterAuth({
    // Nothing is made of it, but without one it warns.
    baseURL: 'http://localhost',
    secret: await readSecret(catalog, 'sessions'),
    database: openAuthDatabase(catalog),
    ...AUTH_TABLES,
    user: { ...AUTH_TABLES.user, additionalFields: { role: { type: 'string', input: false } } },
    session: {
      ...AUTH_TABLES.session,
      expiresIn: IDLE_SECONDS,
      updateAge: PROLONGED_EVERY_SECONDS,
    },
    emailAndPassword: {
      ...{ enabled: true, disableSignUp: true, minPasswordLength: 1, maxPasswordLength: 256 },
      password: { hash: hashPassword, verify: verifyPassword },
    },
    advanced: {
      cookies: { session_token: SESSION_COOKIES[protocol] },
      database: { generateId: () => randomUUID() },
      ipAddress: { ipAddressHeaders: [ADDRESS_HEADER] },
      useSecureCookies: false,
    },
    // Wrong passwords are counted by FailedSignIns, which sees the caller's real address.
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { disabled: true },
  });
}
