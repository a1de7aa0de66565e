import { Router, type IRouter, type Request, type RequestHandler, type Response } from 'express';
import type { z } from 'zod';
import { endSessions, forgetEndedSessions, listSessions, recordSignInEvent } from '../../catalog/sessions.ts';
import {
  AUTH_PREFIX,
  PasswordChange,
  SessionRevocation,
  signInEndpoints,
  SignInRequest,
  type Session,
  type SignedIn,
  type SignInEndpoint,
} from '../../shared/contract/sign-in.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import type { ApiContext } from '../context.ts';
import { refuseMethod } from '../http/refuse-method.ts';
import { parseInput } from '../http/parse-input.ts';
import { readJson } from '../http/read-body.ts';
import { assertOwnPage } from './assert-own-page.ts';
import type { FailedSignIns } from './failed-sign-ins.ts';
import type { FailureLog } from './keep-failure-log.ts';
import { assertHardToGuess } from './password-policy.ts';
import { assertSafeToSignIn, protocolOf, SESSION_COOKIES } from './session-cookie.ts';
import type { SignedInPerson, Sessions } from './sessions.ts';

interface AuthParts {
  context: ApiContext;
  sessions: Sessions;
  failures: FailedSignIns;
  recordFailure: FailureLog;
}

type Route = (parts: AuthParts, request: Request, response: Response) => Promise<void>;

const ROUTES: Record<keyof typeof signInEndpoints, Route> = {
  signIn,
  showSession,
  signOut,
  changePassword,
  showSessions,
  revokeSession,
  revokeSessions,
};

/** Adds what a browser needs to sign in, behind `guard`, and a 404 for all else below `/api/auth`. */
export function addAuthRoutes(app: IRouter, parts: AuthParts, guard: RequestHandler): void {
  const router = Router({ caseSensitive: true, strict: true });
  for (const name of Object.keys(ROUTES) as (keyof typeof ROUTES)[]) {
    const { method, path } = signInEndpoints[name];
    const guards = method === 'post' ? [requireOwnPage, ...readJson] : [];
    router[method](path, ...guards, (request, response) => ROUTES[name](parts, request, response));
  }
  for (const { method, path } of Object.values<SignInEndpoint>(signInEndpoints)) {
    router.all(path, refuseMethod(method === 'get' ? 'GET, HEAD' : 'POST'));
  }
  router.use(({ baseUrl, path }) => {
    throw new CrunchError('not-found', `There is nothing at ${baseUrl}${path}.`);
  });
  app.use(AUTH_PREFIX, guard, router);
}

const requireOwnPage: RequestHandler = (request, _response, next) => {
  assertOwnPage(request);
  next();
};

async function signIn(parts: AuthParts, request: Request, response: Response): Promise<void> {
  const { context, sessions, failures, recordFailure } = parts;
  assertSafeToSignIn(request);
  const credentials = parse(SignInRequest, request);
  const { email } = credentials;
  const address = addressOf(request);
  const succeed = failures.attempt(address, email);
  const former = await sessions.find(request);
  const person = await sessions.open(request, credentials);
  if (person === undefined) {
    await recordFailure({ actor: 'somebody', action: 'sign-in.fail', subject: email, address, detail: {} });
    throw new CrunchError('not-signed-in', 'The e-mail address or the password is wrong.');
  }
  succeed();
  await recordSignInEvent(context.catalog, { action: 'sign-in', email, address });
  // Whoever knew the former session must not profit from the new one, nor keep the old.
  if (former) await endSessions(context.catalog, former.user, { id: former.session.id, action: 'sign-out', address });
  await forgetEndedSessions(context.catalog);
  setCookies(response, person).json(presentSignedIn(person));
}

async function showSession({ sessions }: AuthParts, request: Request, response: Response): Promise<void> {
  const person = await sessions.find(request);
  if (person) setCookies(response, person);
  response.json(person === undefined ? null : presentSignedIn(person));
}

async function signOut({ context, sessions }: AuthParts, request: Request, response: Response): Promise<void> {
  const person = await sessions.find(request);
  const address = addressOf(request);
  if (person) await endSessions(context.catalog, person.user, { id: person.session.id, action: 'sign-out', address });
  clearCookie(request, response).status(204).end();
}

async function changePassword(parts: AuthParts, request: Request, response: Response): Promise<void> {
  const { context, sessions, failures } = parts;
  assertSafeToSignIn(request);
  const { user } = await requireSession(parts, request);
  const change = parse(PasswordChange, request);
  await assertHardToGuess(change.newPassword, [user.email, user.name], 'newPassword');
  const address = addressOf(request);
  const succeed = failures.attempt(address, user.email);
  const changed = await sessions.changePassword(request, change);
  const action = changed === undefined ? 'password.change.fail' : 'password.change';
  await recordSignInEvent(context.catalog, { action, email: user.email, address });
  if (changed === undefined) {
    const fields = [{ path: 'currentPassword', message: 'is wrong' }];
    throw new CrunchError('invalid-input', 'The current password is wrong.', { fields });
  }
  succeed();
  setCookies(response, changed).status(204).end();
}

async function showSessions(parts: AuthParts, request: Request, response: Response): Promise<void> {
  const person = await requireSession(parts, request);
  const list = await listSessions(parts.context.catalog, person.user.id);
  const shown = list.map(({ createdAt, expiresAt, usedAt, ...session }): Session => ({
    ...session,
    current: session.id === person.session.id,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    usedAt: usedAt.toISOString(),
  }));
  setCookies(response, person).json(shown);
}

async function revokeSession(parts: AuthParts, request: Request, response: Response): Promise<void> {
  const { user } = await requireSession(parts, request);
  const { id } = parse(SessionRevocation, request);
  const address = addressOf(request);
  const count = await endSessions(parts.context.catalog, user, { id, action: 'session.revoke', address });
  if (count === 0) throw new CrunchError('not-found', `You have no session ${id}.`);
  response.status(204).end();
}

async function revokeSessions(parts: AuthParts, request: Request, response: Response): Promise<void> {
  const { user } = await requireSession(parts, request);
  await endSessions(parts.context.catalog, user, { action: 'session.revoke', address: addressOf(request) });
  clearCookie(request, response).status(204).end();
}

async function requireSession({ sessions }: AuthParts, request: Request): Promise<SignedInPerson> {
  const person = await sessions.find(request);
  if (person === undefined) throw new CrunchError('not-signed-in', 'You are not signed in, or no longer.');
  return person;
}

function presentSignedIn({ user, session }: SignedInPerson): SignedIn {
  const { id, createdAt, expiresAt } = session;
  return { user, session: { id, createdAt: createdAt.toISOString(), expiresAt: expiresAt.toISOString() } };
}

/** Tells the browser what to keep of its session. */
export function setCookies(response: Response, { cookies }: Pick<SignedInPerson, 'cookies'>): Response {
  return cookies.length > 0 ? response.append('set-cookie', cookies) : response;
}

/** Tells the browser to forget its session. */
export function clearCookie(request: Request, response: Response): Response {
  const { name, attributes } = SESSION_COOKIES[protocolOf(request)];
  return response.clearCookie(name, attributes);
}

function parse<Schema extends z.ZodType>(schema: Schema, request: Request): z.output<Schema> {
  return parseInput(schema, request.body) as z.output<Schema>;
}

/** Where a request came from, as far as trusted proxies tell. */
export function addressOf(request: Request): string {
  return request.ip ?? '';
}
