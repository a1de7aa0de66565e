import type { Request, RequestHandler, Response } from 'express';
import { projectsInPools } from '../../catalog/projects.ts';
import { findToken, type TokenRecord } from '../../catalog/tokens.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import type { ApiContext } from '../context.ts';
import { setCookies } from './add-auth-routes.ts';
import { assertOwnPage } from './assert-own-page.ts';
import type { Caller } from './caller.ts';
import type { FailedSignIns } from './failed-sign-ins.ts';
import type { Sessions } from './sessions.ts';

/** `Bearer` as the standard has it, `Token` as the clients of django-crunch send it. */
const AUTHORIZATION = /^(?:Bearer|Token) +([\x21-\x7e]{1,200})$/i;

interface Doors {
  context: ApiContext;
  sessions: Sessions;
  failures: FailedSignIns;
}

/**
 * Lets only requests with a valid token or of somebody signed in pass, and notes whose it is in
 * `response.locals.caller`. A token goes before a cookie.
 */
export function authenticate(doors: Doors): RequestHandler {
  return async (request, response, next) => {
    const { authorization } = request.headers;
    response.locals['caller'] =
      authorization === undefined
        ? await identifyPerson(doors, request, response)
        : await identifyToken(doors, request, authorization);
    next();
  };
}

async function identifyPerson({ sessions }: Doors, request: Request, response: Response): Promise<Caller> {
  const signedIn = await sessions.find(request);
  if (signedIn === undefined) {
    throw new CrunchError('not-signed-in', 'This needs a token, “Authorization: Bearer <token>”, or to be signed in.');
  }
  assertOwnPage(request);
  setCookies(response, signedIn);
  const { role: scope, ...person } = signedIn.user;
  const identity = { kind: 'person', name: person.email, address: request.ip ?? '' } as const;
  return { ...identity, person, scope, projects: undefined, pools: undefined };
}

async function identifyToken({ context, failures }: Doors, request: Request, authorization: string): Promise<Caller> {
  const secret = AUTHORIZATION.exec(authorization)?.[1];
  if (secret === undefined) {
    throw new CrunchError('not-signed-in', 'The token is not sent as “Authorization: Bearer <token>”.');
  }
  const token = await findToken(context.catalog, secret);
  if (token === undefined) {
    failures.note(request.ip ?? '');
    throw new CrunchError('not-signed-in', 'The token is mistyped, unknown, revoked or expired. Get a new one.');
  }
  return { kind: 'token', name: token.name, address: request.ip ?? '', ...(await readLimits(context, token)) };
}

async function readLimits({ catalog }: ApiContext, { scope, projects, pools }: TokenRecord) {
  if (projects.length + pools.length === 0) return { scope, projects: undefined, pools: undefined };
  const pooled = pools.length > 0 ? await projectsInPools(catalog, pools) : [];
  return { scope, projects: [...new Set([...projects, ...pooled])], pools };
}
