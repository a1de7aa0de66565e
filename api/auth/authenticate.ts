import type { Request, RequestHandler, Response } from 'express';
import { explainRefusal, findToken, type TokenPerson, type TokenRecord } from '../../catalog/tokens.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import type { ApiContext } from '../context.ts';
import { addressOf, clearCookie, setCookies } from './add-auth-routes.ts';
import { assertOwnPage } from './assert-own-page.ts';
import { accessOf, type Caller } from './caller.ts';
import type { FailedSignIns } from './failed-sign-ins.ts';
import type { FailureLog } from './keep-failure-log.ts';
import type { RequestLimit } from './limit-requests.ts';
import { bringsSession } from './session-cookie.ts';
import type { Sessions, SignedInPerson } from './sessions.ts';

/** `Bearer` as the standard has it, `Token` as the clients of django-crunch send it. */
const AUTHORIZATION = /^(?:Bearer|Token) +([\x21-\x7e]{1,200})$/i;

interface Doors {
  context: ApiContext;
  sessions: Sessions;
  failures: FailedSignIns;
  recordFailure: FailureLog;
  limit: RequestLimit;
}

/** Who a request says that it is from. */
interface Claim {
  /** Throws `not-signed-in` unless that is so, and `not-allowed` for a request that another site may have sent. */
  prove(): Promise<Caller>;
  /** For answers that take long: who it is from now, undefined when that ended. Prolongs nothing. */
  proveAgain(): Promise<Caller | undefined>;
}

/**
 * Notes in `response.locals.caller` whose request it is: of the holder of a token, of somebody signed in, or else of a
 * visitor, who may do what the contract opens to the world. A token goes before a cookie. Nobody passes with a token
 * that isn't valid.
 */
export function authenticate(doors: Doors): RequestHandler {
  return async (request, response, next) => {
    const { authorization } = request.headers;
    const claim =
      authorization === undefined
        ? claimByCookie(doors, request, response)
        : claimByToken(doors, request, authorization);
    const caller = await claim.prove();
    await (caller.kind === 'visitor' ? doors.limit.takeFrom(caller.address) : doors.limit.take(caller.id));
    response.locals['caller'] = caller;
    response.locals['identifyAgain'] = () => claim.proveAgain();
    next();
  };
}

function claimByCookie(doors: Doors, request: Request, response: Response): Claim {
  if (bringsSession(request)) return claimBySession(doors, request, response);
  const describe = async () => describeVisitor(addressOf(request));
  return { prove: describe, proveAgain: describe };
}

function claimBySession({ sessions }: Doors, request: Request, response: Response): Claim {
  return {
    async prove() {
      const signedIn = await sessions.find(request);
      if (signedIn === undefined) {
        // Who was signed in must not go on unawares as somebody who sees less.
        clearCookie(request, response);
        throw new CrunchError('not-signed-in', 'You are not signed in any more.');
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

function claimByToken({ context, failures, recordFailure }: Doors, request: Request, authorization: string): Claim {
  const secret = AUTHORIZATION.exec(authorization)?.[1] ?? '';
  const find = async () => {
    const token = await findToken(context.catalog, secret);
    return token && describeToken(token, addressOf(request));
  };
  return {
    async prove() {
      const caller = await find();
      if (caller !== undefined) return caller;
      const address = addressOf(request);
      failures.note(address);
      const { prefix, reason } = await explainRefusal(context.catalog, secret);
      const subject = prefix ?? 'a token';
      await recordFailure({ actor: 'somebody', action: 'token.fail', subject, address, detail: { reason } });
      if (secret === '') {
        throw new CrunchError('not-signed-in', 'The token is not sent as “Authorization: Bearer <token>”.');
      }
      throw new CrunchError('not-signed-in', 'The token is mistyped, unknown, revoked or expired. Get a new one.');
    },
    proveAgain: find,
  };
}

function describeVisitor(address: string): Caller {
  const identity = { kind: 'visitor', id: `visitor ${address}`, name: 'a visitor', shownName: 'a visitor' } as const;
  const rank = { role: 'visitor', scope: 'read' } as const;
  return { ...identity, ...rank, address, access: accessOf(rank) };
}

function describePerson({ user }: SignedInPerson, address: string): Caller {
  const { role, ...person } = user;
  const identity = { kind: 'person', id: `person ${person.id}`, name: person.email, shownName: person.name } as const;
  const rank = { role, scope: 'admin' } as const;
  return { ...identity, ...rank, address, person, access: accessOf(rank, { personId: person.id }) };
}

function describeToken(token: TokenRecord & { person: TokenPerson | null }, address: string): Caller {
  const { id, name: shownName, person, scope, projects, pools } = token;
  // A person must not pass for another one by what they call their token.
  const name = person === null ? shownName : `${person.email}, by the token ${shownName}`;
  const identity = { kind: 'token', id: `token ${id}`, name, shownName, address } as const;
  const rank = { role: person?.role ?? 'admin', scope } as const;
  const limits = projects.length + pools.length > 0 ? { projects, pools } : undefined;
  const access = accessOf(rank, { personId: person?.id, limits });
  return { ...identity, ...rank, ...(person && { person }), access };
}
