import { Router, type IRouter, type Request, type RequestHandler, type Response } from 'express';
import { API_PREFIX, contract } from '../shared/contract/index.ts';
import { isStreamed, type Endpoint } from '../shared/contract/endpoint.ts';
import { assertKnown, assertMayCall, assertSeesAnything } from './auth/authorize.ts';
import type { Caller } from './auth/caller.ts';
import { findStandingFor } from './auth/find-standing.ts';
import type { ApiContext } from './context.ts';
import { followMove } from './follow-move.ts';
import type { Call, Handler } from './handler.ts';
import { handlers } from './handlers.ts';
import { onceFor } from './http/once.ts';
import { parseInput } from './http/parse-input.ts';
import { readBody } from './http/read-body.ts';
import { refuseMethod } from './http/refuse-method.ts';
import { resumeOffset, sendAnswer } from './http/send-answer.ts';

type Operation = [name: keyof typeof contract, endpoint: Endpoint];

const OPERATIONS = Object.entries(contract) as Operation[];

/** Adds the operations that need no token, each behind `guard`, and nothing else of their paths. */
export function addPublicOperations(app: IRouter, context: ApiContext, guard: RequestHandler): void {
  for (const [name, endpoint] of OPERATIONS) {
    if (endpoint.scope !== 'public') continue;
    const path = API_PREFIX + expressPath(endpoint);
    app[endpoint.method](path, guard, ...readBody(endpoint), handle(context, name, endpoint));
  }
}

/** All other operations, to be mounted behind `authenticate`; a wrong method gets 405. */
export function createRouter(context: ApiContext): Router {
  const router = Router({ caseSensitive: true, strict: true });
  for (const [name, endpoint] of OPERATIONS) {
    if (endpoint.scope === 'public') continue;
    const steps = [authorize(context, endpoint), ...readBody(endpoint), handle(context, name, endpoint)];
    router[endpoint.method](expressPath(endpoint), ...steps);
  }
  for (const [path, methods] of methodsByPath()) router.all(path, requireKnown, refuseMethod(methods.join(', ')));
  return router;
}

/** `/datasets/{slug}/files/{path*}` → `/datasets/:slug/files/*path`. */
function expressPath({ path }: Endpoint): string {
  return path.replace(/\{(\w+)\*\}/g, '*$1').replace(/\{(\w+)\}/g, ':$1');
}

function authorize({ catalog }: ApiContext, endpoint: Endpoint): RequestHandler {
  return async (_request, response, next) => {
    const caller = response.locals['caller'] as Caller;
    assertMayCall(caller, endpoint);
    if (caller.kind === 'visitor') await assertSeesAnything(catalog, caller);
    next();
  };
}

function handle(context: ApiContext, name: keyof typeof contract, endpoint: Endpoint): RequestHandler {
  // The table of handlers is typed by operation; which one this is shows only at run time.
  const handler = handlers[name] as Handler<Endpoint>;
  return async (request, response) => {
    const call = parseCall(context, endpoint, request, response);
    const body: unknown = request.body;
    const authorized = async (wanted: Call<Endpoint>) => ({
      ...wanted,
      standing: await findStandingFor(context.catalog, endpoint, wanted, body),
    });
    const answer = await authorized(call)
      .then((ready) => handler(context, ready))
      .catch(async (error: unknown) =>
        handler(context, await followMove(error, { context, endpoint, call, authorized })),
      );
    await sendAnswer(response, endpoint, answer);
  };
}

function parseCall(context: ApiContext, endpoint: Endpoint, request: Request, response: Response): Call<Endpoint> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const [range, ifRange] = [request.get('range'), request.get('if-range')];
  const body: unknown = request.body;
  const caller = response.locals['caller'] as Caller;
  const call: unknown = {
    params: parseInput(endpoint.params, joinSegments(request.params)),
    query: parseInput(endpoint.query, request.query),
    headers: parseInput(endpoint.headers, request.headers),
    body: isStreamed(endpoint.body) ? body : parseInput(endpoint.body, body),
    caller,
    identifyAgain: response.locals['identifyAgain'] as () => Promise<Caller | undefined>,
    once: onceFor(context.catalog, endpoint, request, caller),
    signal: gone.signal,
    resumeAt: (version: string) => resumeOffset({ range, ifRange }, version),
  };
  return call as Call<Endpoint>;
}

/** Express gives the rest of a path as a list of decoded parts. */
function joinSegments(params: Request['params']): Record<string, string> {
  const entries = Object.entries(params).map(([name, value]) => [name, Array.isArray(value) ? value.join('/') : value]);
  return Object.fromEntries(entries) as Record<string, string>;
}

function methodsByPath(): Map<string, string[]> {
  const methods = new Map<string, string[]>();
  for (const [, endpoint] of OPERATIONS) {
    const path = expressPath(endpoint);
    const allowed = endpoint.method === 'get' ? ['GET', 'HEAD'] : [endpoint.method.toUpperCase()];
    methods.set(path, [...(methods.get(path) ?? []), ...allowed]);
  }
  return methods;
}

/** Whom nobody knows is not told what there is. */
const requireKnown: RequestHandler = (_request, response, next) => {
  assertKnown(response.locals['caller'] as Caller);
  next();
};
