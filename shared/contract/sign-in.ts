import { z } from 'zod';
import type { ErrorCode } from '../errors/error-codes.ts';
import { Timestamp } from './common.ts';
import type { Endpoint } from './endpoint.ts';
import { Email, NewPassword, Password, PersonRole } from './people.ts';

/** Where a browser signs in, which then holds a cookie. */
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

/** One of the operations below `/api/auth`; a `post` takes JSON and needs the header `x-crunch-client` (any value). */
export interface SignInEndpoint extends Pick<Endpoint, 'path' | 'summary' | 'body' | 'response'> {
  method: 'get' | 'post';
  /** Whether somebody has to be signed in. */
  needsSession: boolean;
  errors: readonly ErrorCode[];
}

const WRITE_ERRORS = ['invalid-input', 'not-allowed', 'too-large', 'wrong-content-type'] as const;
const PASSWORD_ERRORS = [...WRITE_ERRORS, 'not-signed-in', 'too-many-attempts'] as const;

export const signInEndpoints = {
  signIn: {
    method: 'post',
    path: '/sign-in/email',
    summary: 'Sign in with a password; the cookie in the answer is a session',
    needsSession: false,
    body: SignInRequest,
    response: SignedIn,
    errors: PASSWORD_ERRORS,
  },
  showSession: {
    method: 'get',
    path: '/get-session',
    summary: 'Who is signed in; null for a stranger',
    needsSession: false,
    response: SignedIn.nullable(),
    errors: [],
  },
  signOut: {
    method: 'post',
    path: '/sign-out',
    summary: 'End this session',
    needsSession: false,
    body: z.unknown(),
    errors: WRITE_ERRORS,
  },
  changePassword: {
    method: 'post',
    path: '/change-password',
    summary: 'Change one’s own password; ends all other sessions',
    needsSession: true,
    body: PasswordChange,
    errors: PASSWORD_ERRORS,
  },
  showSessions: {
    method: 'get',
    path: '/list-sessions',
    summary: 'The browsers in which one is signed in',
    needsSession: true,
    response: z.array(Session),
    errors: ['not-signed-in'],
  },
  revokeSession: {
    method: 'post',
    path: '/revoke-session',
    summary: 'End one of one’s sessions',
    needsSession: true,
    body: SessionRevocation,
    errors: [...WRITE_ERRORS, 'not-signed-in', 'not-found'],
  },
  revokeSessions: {
    method: 'post',
    path: '/revoke-sessions',
    summary: 'End all of one’s sessions, this one too',
    needsSession: true,
    body: z.unknown(),
    errors: [...WRITE_ERRORS, 'not-signed-in'],
  },
} as const satisfies Record<string, SignInEndpoint>;
