import {
  OpenApiGeneratorV31,
  OpenAPIRegistry,
  zodToOpenAPIRegistry,
  type ResponseConfig,
  type RouteConfig,
  type ZodContentObject,
} from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import { Attribute } from '../../shared/contract/attributes.ts';
import { AuditEvent } from '../../shared/contract/audit.ts';
import { Json, JsonObject, Problem } from '../../shared/contract/common.ts';
import { ActionResult, Selection } from '../../shared/contract/actions.ts';
import { Dataset, DatasetDetail, Run, Status } from '../../shared/contract/datasets.ts';
import { Change } from '../../shared/contract/events.ts';
import { DatasetFile } from '../../shared/contract/files.ts';
import { SESSION_COOKIES } from '../auth/session-cookie.ts';
import type { Endpoint, SiteNeed } from '../../shared/contract/endpoint.ts';
import { errorsOf } from '../../shared/contract/errors-of.ts';
import { Host, HostConfig, HostRegistration } from '../../shared/contract/hosts.ts';
import { API_PREFIX, contract } from '../../shared/contract/index.ts';
import { Item } from '../../shared/contract/items.ts';
import { Member } from '../../shared/contract/members.ts';
import { Person } from '../../shared/contract/people.ts';
import { Project, WorkflowSource } from '../../shared/contract/projects.ts';
import { AUTH_PREFIX, CLIENT_HEADER, signInEndpoints, type SignInEndpoint } from '../../shared/contract/sign-in.ts';
import { Token } from '../../shared/contract/tokens.ts';
import { addExamples } from './add-examples.ts';
import { describeErrors, REQUEST_ID } from './describe-errors.ts';

/** The schemas that have a name in the document; all others are written out where they stand. */
const NAMED = {
  ActionResult,
  Attribute,
  AuditEvent,
  Change,
  Dataset,
  DatasetDetail,
  DatasetFile,
  Host,
  HostConfig,
  HostRegistration,
  Item,
  Member,
  Person,
  Project,
  Run,
  Selection,
  Status,
  Token,
  WorkflowSource,
};

for (const [refId, schema] of Object.entries(NAMED)) zodToOpenAPIRegistry.add(schema, { _internal: { refId } });
// Written out, it would be without end.
zodToOpenAPIRegistry.add(Json, { type: ['string', 'number', 'boolean', 'null', 'array', 'object'] });

const IdempotencyKey = {
  'idempotency-key': z
    .string()
    .regex(/^[!-~]{1,255}$/)
    .optional()
    .describe(
      'Sent again under the same key within two days, the request gives the same answer and does nothing; another ' +
        'request under that key is refused with 422 and `key-reused`.',
    ),
};
const IfNoneMatch = {
  'if-none-match': z.string().optional().describe('ETags that are known: where it has one of them, 304'),
};

const ETAG = {
  ETag: {
    description: 'Of this answer: for `If-None-Match`, and for `If-Match` of changes',
    required: true,
    schema: { type: 'string' as const },
  },
};
const NOT_MODIFIED = {
  304: { description: 'It is what `If-None-Match` names', headers: { ...REQUEST_ID, ...ETAG } },
};

const TOKEN = 'token';
const SESSION = 'session';
const SECURITY: Record<string, string[]>[] = [{ [TOKEN]: [] }, { [SESSION]: [] }];
const BYTES = { schema: { type: 'string' as const, format: 'binary' } };
const ANY_BYTES = 'application/octet-stream';

/** What all paths of the document begin with. */
const SERVER = '/api';

/** What a page sends beside its cookie, so that forms of other sites can't do the same. */
const OwnPage = z.object({ [CLIENT_HEADER]: z.string().meta({ example: 'a script' }) });

const DOCUMENT: Endpoint = {
  method: 'get',
  path: '/openapi.json',
  summary: 'This document',
  scope: 'public',
  needs: { be: 'anybody' },
  response: JsonObject,
};

/** The contract as an OpenAPI 3.1 document. `version` is Crunch's own. */
export function makeOpenApiDocument(version: string) {
  const registry = new OpenAPIRegistry();
  registry.registerComponent('securitySchemes', TOKEN, { type: 'http', scheme: 'bearer' });
  registry.registerComponent('securitySchemes', SESSION, {
    type: 'apiKey',
    in: 'cookie',
    name: SESSION_COOKIES.https.name,
    description: `Over http in a private network it is called \`${SESSION_COOKIES.http.name}\`. What changes anything also needs the header \`${CLIENT_HEADER}\`, and to come from a page of this server.`,
  });
  // Only raw schemas refer to it, which the generator doesn't see.
  registry.registerComponent('schemas', 'Problem', z.toJSONSchema(Problem, { io: 'input' }) as object);
  const operations = { ...contract, getOpenApiDocument: DOCUMENT };
  for (const [name, endpoint] of Object.entries<Endpoint>(operations)) {
    registry.registerPath(describe(registry, name, endpoint));
  }
  for (const [name, endpoint] of Object.entries<SignInEndpoint>(signInEndpoints)) {
    registry.registerPath(describeSignIn(registry, name, endpoint));
  }
  const document = new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'Crunch',
      version,
      description: 'Processes many large datasets on whatever computers a research team has.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: SERVER }],
    security: SECURITY,
  });
  addExamples(document);
  return document;
}

function describe(registry: OpenAPIRegistry, operationId: string, endpoint: Endpoint): RouteConfig {
  const { method, path, summary, params, query } = endpoint;
  return {
    operationId,
    method,
    // OpenAPI has no word for “the rest of the path”.
    path: belowServer(API_PREFIX) + path.replace('*}', '}'),
    summary,
    tags: [path.split('/')[1] ?? ''],
    description: describeNeeds(endpoint),
    security: describeSecurity(endpoint),
    request: { params, query, headers: describeHeaders(endpoint), body: describeBody(endpoint) },
    responses: {
      ...describeAnswer(endpoint),
      ...(endpoint.versioned && endpoint.method === 'get' && NOT_MODIFIED),
      ...describeErrors(registry, errorsOf(endpoint)),
    },
  };
}

function describeSignIn(registry: OpenAPIRegistry, operationId: string, endpoint: SignInEndpoint): RouteConfig {
  const { method, path, summary, needsSession, errors } = endpoint;
  return {
    operationId,
    method,
    path: belowServer(AUTH_PREFIX) + path,
    summary,
    tags: ['sign-in'],
    description: needsSession ? 'Needs somebody who is signed in.' : 'Needs nobody who is signed in.',
    security: needsSession ? [{ [SESSION]: [] }] : [],
    request: { headers: method === 'post' ? OwnPage : undefined, body: describeBody(endpoint) },
    responses: {
      ...describeAnswer(endpoint),
      ...describeErrors(registry, [
        ...errors,
        'internal',
        'headers-too-large',
        'catalog-unavailable',
        'too-many-requests',
      ]),
    },
  };
}

function belowServer(prefix: string): string {
  return prefix.slice(SERVER.length);
}

/** What is open to the world needs no security, but knows those who bring it. */
function describeSecurity({ scope, needs }: Endpoint): Record<string, string[]>[] {
  if (scope === 'public') return [];
  return 'may' in needs && needs.may === 'visit' ? [{}, ...SECURITY] : SECURITY;
}

function describeNeeds({ scope, needs }: Endpoint): string {
  if ('be' in needs) return [describeScope(scope), SITE_NEEDS[needs.be]].filter(Boolean).join(' ');
  const { may, at, hosts, fields = {} } = needs;
  const place =
    at === 'each' ? 'in the project of each thing it is for; what is in others does not exist' : 'in the project';
  const right = may === 'visit' ? 'For what is public nobody needs to be signed in. Else needs' : 'Needs';
  return [
    `${right} the right \`${may}\` ${place}. ${describeScope(scope)}`,
    ...(hosts ? ['A token of the scope `host` may do it too, where it may look.'] : []),
    ...Object.entries(fields).map(([field, needed]) => `The field \`${field}\` needs the right \`${needed}\`.`),
  ].join(' ');
}

const SITE_NEEDS: Record<SiteNeed['be'], string> = {
  anybody: '',
  known: '',
  member: 'Guests of the server can’t.',
  host: '',
  admin: 'Needs an admin of the server.',
};

function describeScope(scope: Endpoint['scope']): string {
  if (scope === 'public') return 'Needs no token.';
  if (scope === 'account') return 'Needs somebody who is signed in, or a token of the scope `admin`.';
  return `Of a token it needs the scope \`${scope}\`, or one above it.`;
}

function describeHeaders({ headers, takesKey, versioned, method }: Endpoint): z.ZodObject | undefined {
  const more = { ...(takesKey && IdempotencyKey), ...(versioned && method === 'get' && IfNoneMatch) };
  return Object.keys(more).length === 0 ? headers : (headers ?? z.object()).extend(more);
}

function describeBody({ body }: Pick<Endpoint, 'body'>) {
  if (body === undefined) return undefined;
  // Over HTTP no body is one of no bytes: an empty file, or no lines.
  if (body === 'bytes') return { required: false, content: { [ANY_BYTES]: BYTES } };
  if ('lines' in body) return { required: false, content: { 'application/x-ndjson': { schema: body.lines } } };
  return { required: true, content: { 'application/json': { schema: body } } };
}

type Answer = Pick<Endpoint, 'response' | 'status' | 'mediaTypes' | 'versioned'>;

function describeAnswer({ response, status, mediaTypes, versioned }: Answer): Record<string, ResponseConfig> {
  const content = contentOf(response, mediaTypes);
  const headers = { ...REQUEST_ID, ...(versioned && ETAG) };
  const answer = { description: 'Done', headers, ...(content && { content }) };
  return { [String(status ?? (response === undefined ? 204 : 200))]: answer };
}

function contentOf(
  response: Endpoint['response'],
  mediaTypes: readonly string[] = [ANY_BYTES],
): ZodContentObject | undefined {
  if (response === undefined) return undefined;
  if (response === 'bytes') return Object.fromEntries(mediaTypes.map((type) => [type, BYTES]));
  if ('lines' in response) return { 'application/x-ndjson': { schema: response.lines } };
  if ('features' in response) {
    const collection = z.object({ type: z.literal('FeatureCollection'), features: z.array(response.features) });
    return { 'application/geo+json': { schema: collection } };
  }
  if ('events' in response) return { 'text/event-stream': { schema: response.events } };
  return { 'application/json': { schema: response } };
}
