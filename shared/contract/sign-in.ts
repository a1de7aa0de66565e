import { z } from 'zod';
import { Timestamp } from './common.ts';
import { Email, NewPassword, Password, PersonRole } from './people.ts';

/**
 * Signing in with a browser, which then holds a cookie. Paths lie below `/api/auth`. Every POST is JSON and needs the
 * header `x-crunch-client` (any value); an answer without a schema here is 204.
 *
 * | path                   | takes            | answers                         |
 * | POST /sign-in/email    | `SignInRequest`  | `SignedIn`                      |
 * | GET  /get-session      |                  | `SignedIn`, null for a stranger |
 * | POST /sign-out         |                  |                                 |
 * | POST /change-password  | `PasswordChange` | 204; ends all other sessions    |
 * | GET  /list-sessions    |                  | a list of `Session`             |
 * | POST /revoke-session   | `{ id }`         |                                 |
 * | POST /revoke-sessions  |                  | 204; ends this one too          |
 */
export const AUTH_PREFIX = '/api/auth';

/** What a browser's code sends with every request that changes something: forms of other sites can't. */
export const CLIENT_HEADER = 'x-crunch-client';

export const SignInRequest = z.strictObject({ email: Email, password: Password });
export type SignInRequest = z.infer<typeof SignInRequest>;

export const SignedIn = z.object({
  user: z.object({ id: z.uuid(), name: z.string(), email: z.string(), role: PersonRole }),
  session: z.object({ id: z.uuid(), createdAt: Timestamp, expiresAt: Timestamp }),
});
export type SignedIn = z.infer<typeof SignedIn>;

export const PasswordChange = z.strictObject({ currentPassword: Password, newPassword: NewPassword });

/** A browser in which somebody is signed in. */
export const Session = z.object({
  id: z.uuid(),
  /** Whether it is the one that asks. */
  current: z.boolean(),
  createdAt: Timestamp,
  expiresAt: Timestamp,
  usedAt: Timestamp,
  address: z.string().nullable(),
  browser: z.string().nullable(),
});
export type Session = z.infer<typeof Session>;

export const SessionRevocation = z.strictObject({ id: z.uuid() });
