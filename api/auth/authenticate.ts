import type { Request, RequestHandler, Response } from 'express';
import { projectsInPools } from '../../catalog/projects.ts';
import { findToken, type TokenRecord } from '../../catalog/tokens.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import type { ApiContext } from '../context.ts';
import { addressOf, setCookies } from './add-auth-routes.ts';
import { assertOwnPage } from './assert-own-page.ts';
import type { Caller } from './caller.ts';
import type { FailedSignIns } from './failed-sign-ins.ts';
import type { Sessions, SignedInPerson } from './sessions.ts';

/** `Bearer` as the standard has it, `Token` as the clients of django-crunch send it. */
const AUTHORIZATION = /^(?:Bearer|Token) +([\x21-\x7e]{1,200})$/i;

interface Doors {
  context: ApiContext;
  sessions: Sessions;
  failures: FailedSignIns;
}

/** Who a request says that it is from. */
interface Claim {
  /** Throws `not-signed-in` unless that is so, and `not-allowed` for a request that another site may have sent. */
  prove(): Promise<Caller>;
  /** For answers that take long: who it is from now, undefined when that ended. Prolongs nothing. */
  proveAgain(): Promise<Caller | undefined>;
}

/**
 * Lets only requests with a valid token or of somebody signed in pass, and notes whose it is in
 * `response.locals.caller`. A token goes before a cookie.
 */
export function authenticate(doors: Doors): RequestHandler {
  return async (request, response, next) => {
    const { authorization } = request.headers;
    const claim =
      authorization === undefined
        ? claimBySession(doors, request, response)
        : claimByToken(doors, request, authorization);
    response.locals['caller'] = await claim.prove();
    response.locals['identifyAgain'] = () => claim.proveAgain();
    next();
  };
}

function claimBySession({ sessions }: Doors, request: Request, response: Response): Claim {
  return {
    async prove() {
      const signedIn = await sessions.find(request);
      if (signedIn === undefined) {
        throw new CrunchError(
          'not-signed-in',
          'This needs a token, “Authorization: Bearer <token>”, or to be signed in.',
        );
      }
      assertOwnPage(request);
      setCookies(response, signedIn);
      return describePerson(signedIn, addressOf(request));
    },
    async proveAgain() {
      const signedIn = await sessions.find(request, { prolong: false });
      return signedIn && describePerson(signedIn, addressOf(request));
    },
  };
}

function claimByToken({ context, failures }: Doors, request: Request, authorization: string): Claim {
  const secret = AUTHORIZATION.exec(authorization)?.[1] ?? '';
  const find = async () => {
    const token = await findToken(context.catalog, secret);
    return token && describeToken(context, token, addressOf(request));
  };
  return {
    async prove() {
      if (secret === '') {
        throw new CrunchError('not-signed-in', 'The token is not sent as “Authorization: Bearer <token>”.');
      }
      const caller = await find();
      if (caller !== undefined) return caller;
      failures.note(addressOf(request));
      throw new CrunchError('not-signed-in', 'The token is mistyped, unknown, revoked or expired. Get a new one.');
    },
    proveAgain: find,
  };
}

function describePerson({ user }: SignedInPerson, address: string): Caller {
  const { role: scope, ...person } = user;
  const identity = { kind: 'person', id: `person ${person.id}`, name: person.email, shownName: person.name } as const;
  return { ...identity, address, person, scope, projects: undefined, pools: undefined };
}

async function describeToken({ catalog }: ApiContext, token: TokenRecord, address: string): Promise<Caller> {
  const { id, name: shownName, owner, scope, projects, pools } = token;
  // A person must not pass for another one by what they call their token.
  const name = owner === null ? shownName : `${owner}, by the token ${shownName}`;
  const identity = { kind: 'token', id: `token ${id}`, name, shownName, address, scope } as const;
  if (projects.length + pools.length === 0) return { ...identity, projects: undefined, pools: undefined };
  const pooled = pools.length > 0 ? await projectsInPools(catalog, pools) : [];
  return { ...identity, projects: [...new Set([...projects, ...pooled])], pools };
}
