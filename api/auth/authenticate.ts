import type { RequestHandler } from 'express';
import { projectsInPools } from '../../catalog/projects.ts';
import { findToken, type TokenRecord } from '../../catalog/tokens.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import type { ApiContext } from '../context.ts';
import type { Caller } from './caller.ts';
import type { FailedSignIns } from './failed-sign-ins.ts';

/** `Bearer` as the standard has it, `Token` as the clients of django-crunch send it. */
const AUTHORIZATION = /^(?:Bearer|Token) +([\x21-\x7e]{1,200})$/i;

/** Lets only requests with a valid token pass, and notes whose it is in `response.locals.caller`. */
export function authenticate(context: ApiContext, failures: FailedSignIns): RequestHandler {
  return async (request, response, next) => {
    const secret = AUTHORIZATION.exec(request.headers.authorization ?? '')?.[1];
    if (secret === undefined) {
      throw new CrunchError('not-signed-in', 'This needs a token: send “Authorization: Bearer <token>”.');
    }
    const token = await findToken(context.catalog, secret);
    if (token === undefined) {
      failures.note(request.ip ?? '');
      throw new CrunchError('not-signed-in', 'The token is mistyped, unknown, revoked or expired. Get a new one.');
    }
    response.locals['caller'] = await identify(context, token);
    next();
  };
}

async function identify({ catalog }: ApiContext, token: TokenRecord): Promise<Caller> {
  const { name, scope, projects, pools } = token;
  if (projects.length + pools.length === 0) return { name, scope, projects: undefined, pools: undefined };
  const pooled = pools.length > 0 ? await projectsInPools(catalog, pools) : [];
  return { name, scope, projects: [...new Set([...projects, ...pooled])], pools };
}
