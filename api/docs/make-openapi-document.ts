import {
  OpenApiGeneratorV31,
  OpenAPIRegistry,
  zodToOpenAPIRegistry,
  type RouteConfig,
} from '@asteasolutions/zod-to-openapi';
import { Attribute } from '../../shared/contract/attributes.ts';
import { Json, Problem } from '../../shared/contract/common.ts';
import { ActionResult, Dataset, DatasetDetail, Run, Selection, Status } from '../../shared/contract/datasets.ts';
import { Change } from '../../shared/contract/events.ts';
import { DatasetFile } from '../../shared/contract/files.ts';
import { SESSION_COOKIES } from '../auth/session-cookie.ts';
import type { Endpoint } from '../../shared/contract/endpoint.ts';
import { Host, HostConfig, HostRegistration } from '../../shared/contract/hosts.ts';
import { API_PREFIX, contract } from '../../shared/contract/index.ts';
import { Item } from '../../shared/contract/items.ts';
import { Person } from '../../shared/contract/people.ts';
import { Project, WorkflowSource } from '../../shared/contract/projects.ts';
import { Token } from '../../shared/contract/tokens.ts';

/** The schemas that have a name in the document; all others are written out where they stand. */
const NAMED = {
  ActionResult,
  Attribute,
  Change,
  Dataset,
  DatasetDetail,
  DatasetFile,
  Host,
  HostConfig,
  HostRegistration,
  Item,
  Person,
  Problem,
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

const TOKEN = 'token';
const SESSION = 'session';
const SECURITY: Record<string, string[]>[] = [{ [TOKEN]: [] }, { [SESSION]: [] }];
const BYTES = { 'application/octet-stream': { schema: { type: 'string' as const, format: 'binary' } } };

/** The contract as an OpenAPI 3.1 document. `version` is Crunch's own. */
export function makeOpenApiDocument(version: string) {
  const registry = new OpenAPIRegistry();
  registry.registerComponent('securitySchemes', TOKEN, { type: 'http', scheme: 'bearer' });
  registry.registerComponent('securitySchemes', SESSION, {
    type: 'apiKey',
    in: 'cookie',
    name: SESSION_COOKIES.https.name,
  });
  for (const [name, endpoint] of Object.entries<Endpoint>(contract)) registry.registerPath(describe(name, endpoint));
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'Crunch',
      version,
      description: 'Processes many large datasets on whatever computers a research team has.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: API_PREFIX }],
    security: SECURITY,
  });
}

function describe(operationId: string, endpoint: Endpoint): RouteConfig {
  const { method, path, summary, scope, params, query, headers } = endpoint;
  return {
    operationId,
    method,
    // OpenAPI has no word for “the rest of the path”.
    path: path.replace('*}', '}'),
    summary,
    tags: [path.split('/')[1] ?? ''],
    description: describeNeed(scope),
    security: scope === 'public' ? [] : SECURITY,
    request: { params, query, headers, body: describeBody(endpoint) },
    responses: {
      [String(endpoint.status ?? (endpoint.response === undefined ? 204 : 200))]: describeAnswer(endpoint),
      default: {
        description: 'A problem document',
        content: { 'application/problem+json': { schema: Problem } },
      },
    },
  };
}

function describeNeed(scope: Endpoint['scope']): string {
  if (scope === 'public') return 'Needs no token.';
  if (scope === 'account') return 'Needs somebody who is signed in, or a token of the scope `admin`.';
  return `Needs the scope \`${scope}\`, or one above it.`;
}

function describeBody({ body }: Endpoint) {
  if (body === undefined) return undefined;
  return { required: true, content: body === 'bytes' ? BYTES : { 'application/json': { schema: body } } };
}

function describeAnswer({ response }: Endpoint) {
  if (response === undefined) return { description: 'Done' };
  if (response === 'bytes') return { description: 'Done', content: BYTES };
  if ('lines' in response) {
    return { description: 'Done', content: { 'application/x-ndjson': { schema: response.lines } } };
  }
  if ('events' in response) {
    return { description: 'Events as they come', content: { 'text/event-stream': { schema: response.events } } };
  }
  return { description: 'Done', content: { 'application/json': { schema: response } } };
}
