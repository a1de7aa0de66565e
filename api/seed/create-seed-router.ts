import { Router, type Request, type RequestHandler, type Response } from 'express';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import type { Caller } from '../auth/caller.ts';
import type { ApiContext } from '../context.ts';
import { attributeRoutes } from './attributes.ts';
import { datasetRoutes } from './datasets.ts';
import { itemRoutes } from './items.ts';
import { nextRoutes } from './next.ts';
import { projectRoutes } from './projects.ts';
import { PARSED_TYPES, readSentForm, sentForm } from './read-sent-form.ts';
import type { SeedHandler, SeedMethod, SeedRoute } from './seed-route.ts';
import { statusRoutes } from './statuses.ts';

/** What the root lists, in django-crunch's order. */
const LISTED = [...projectRoutes, ...datasetRoutes, ...itemRoutes, ...attributeRoutes].filter(
  ({ path }) => !path.includes(':'),
);

const ROOT: SeedRoute = { path: '/', name: 'Api Root', methods: { get: async ({ url }) => listRoot(url) } };

const ROUTES = [ROOT, ...LISTED, ...projectRoutes, ...datasetRoutes, ...itemRoutes, ...statusRoutes, ...nextRoutes];

/**
 * The REST API of django-crunch, for its own client and for scripts that were written for it, to be mounted at `/api`
 * behind `authenticate`. All that it does is done by operations of the contract, by the same rights; only what its
 * clients say of the datasets that they process is known nowhere else.
 */
export function createSeedRouter(context: ApiContext): Router {
  const router = Router({ caseSensitive: true, strict: true });
  for (const route of new Set(ROUTES)) {
    const allow = allowOf(route);
    router.all(route.path, (_request, response, next) => {
      response.set('allow', allow);
      assertToken(response);
      next();
    });
    router.options(route.path, (_request, response) => void response.json(describe(route)));
    // Where GET claims, HEAD must leave everything as it is.
    if (route.getClaims) router.head(route.path, (_request, response) => void response.end());
    for (const [method, handler] of Object.entries(route.methods) as [SeedMethod, SeedHandler][]) {
      const body = method === 'get' || method === 'delete' ? [] : readSentForm;
      router[method](route.path, ...body, answer(context, method, handler));
    }
    router.all(route.path, (request) => {
      throw new CrunchError('method-not-allowed', `Method "${request.method}" not allowed.`);
    });
  }
  return router;
}

/** What a GET of this API changes must not be asked for by a link on somebody's page: a session doesn't open it. */
function assertToken(response: Response): void {
  const { kind } = response.locals['caller'] as Caller;
  if (kind !== 'token') throw new CrunchError('not-signed-in', 'Authentication credentials were not provided.');
}

function answer(context: ApiContext, method: SeedMethod, handler: SeedHandler): RequestHandler {
  return async (request, response) => {
    const { page } = request.query;
    const result = await handler({
      context,
      caller: response.locals['caller'] as Caller,
      slug: String(request.params['slug'] ?? ''),
      sent: await sentForm(request),
      page: typeof page === 'string' ? page : undefined,
      url: addressOf(request),
    });
    if (method === 'delete') response.status(204).end();
    else response.status(method === 'post' ? 201 : 200).json(result);
  };
}

function addressOf(request: Request): URL {
  return new URL(request.originalUrl, `${request.protocol}://${request.get('host') ?? 'localhost'}`);
}

function listRoot(root: URL): Record<string, string> {
  return Object.fromEntries(
    LISTED.map(({ path }) => [path.replace(/^\/|\/$/g, ''), new URL(path.slice(1), root).href]),
  );
}

function allowOf({ methods }: SeedRoute): string {
  return [...Object.keys(methods).map((method) => method.toUpperCase()), 'HEAD', 'OPTIONS'].join(', ');
}

/** What OPTIONS tells of a path. */
function describe({ name, methods, form }: SeedRoute): Record<string, unknown> {
  const readOnly = (type: string, label: string) => ({ type, required: false, read_only: true, label });
  const fields = Object.entries(form ?? {}).map(([field, { metadata }]) => [field, metadata]);
  const action = methods.post ? 'POST' : 'PUT';
  const own = fields.some(([field]) => field === 'name') ? { slug: readOnly('slug', 'Slug') } : {};
  const shown = { id: readOnly('integer', 'ID'), ...own, ...Object.fromEntries(fields) };
  return {
    ...{ name, description: '', renders: ['application/json'], parses: PARSED_TYPES },
    ...(form && { actions: { [action]: shown } }),
  };
}
