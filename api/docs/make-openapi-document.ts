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
import type { Endpoint, SiteNeed } from '../../shared/contract/endpoint.ts';
import { Host, HostConfig, HostRegistration } from '../../shared/contract/hosts.ts';
import { API_PREFIX, contract } from '../../shared/contract/index.ts';
import { Item } from '../../shared/contract/items.ts';
import { Member } from '../../shared/contract/members.ts';
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
  Member,
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
  const { method, path, summary, params, query, headers } = endpoint;
  return {
    operationId,
    method,
    // OpenAPI has no word for “the rest of the path”.
    path: path.replace('*}', '}'),
    summary,
    tags: [path.split('/')[1] ?? ''],
    description: describeNeeds(endpoint),
    security: describeSecurity(endpoint),
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
