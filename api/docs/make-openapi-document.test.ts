import { z } from 'zod';
import { contract } from '../../shared/contract/index.ts';
import type { Endpoint } from '../../shared/contract/endpoint.ts';
import { errorsOf } from '../../shared/contract/errors-of.ts';
import { Problem } from '../../shared/contract/common.ts';
import { signInEndpoints, type SignInEndpoint } from '../../shared/contract/sign-in.ts';
import { ERROR_CODES } from '../../shared/errors/error-codes.ts';
import { makeOpenApiDocument } from './make-openapi-document.ts';

interface Parameter {
  name: string;
  in: string;
  required: boolean;
  example?: unknown;
}

interface Answer {
  $ref?: string;
  headers?: Record<string, unknown>;
  content?: Record<string, { example?: unknown; examples?: Record<string, { value: unknown }> }>;
}

interface Operation {
  operationId: string;
  summary: string;
  tags: string[];
  security: object[];
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { example?: unknown }> };
  responses: Record<string, Answer>;
}

const document = makeOpenApiDocument('1.2.3');
const operations = new Map(
  Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, Operation>).map(([method, operation]) => [
      operation.operationId,
      { path, method, ...operation },
    ]),
  ),
);

function operationOf(name: string) {
  const operation = operations.get(name);
  if (operation === undefined) throw new Error(`${name} is not described`);
  return operation;
}

/** The answer with the status, wherever it is written. */
function answerOf(name: string, status: number | string): Answer {
  const answer = operationOf(name).responses[status];
  const key = answer?.$ref?.split('/').at(-1);
  return key === undefined ? (answer ?? {}) : ((document.components?.responses?.[key] ?? {}) as Answer);
}

const parameters = (name: string, place: string) =>
  operationOf(name).parameters?.filter((parameter) => parameter.in === place) ?? [];

/** What is open to the world needs nothing, and knows those who bring something. */
function securityOf({ scope, needs }: Endpoint): object[] {
  if (scope === 'public') return [];
  const known = [{ token: [] }, { session: [] }];
  return 'may' in needs && needs.may === 'visit' ? [{}, ...known] : known;
}

const goodStatus = ({ status, response }: Pick<Endpoint, 'status' | 'response'>) =>
  status ?? (response === undefined ? 204 : 200);

test('the document is of OpenAPI 3.1, with version, token and session', () => {
  expect(document).toMatchObject({
    openapi: '3.1.0',
    info: { title: 'Crunch', version: '1.2.3' },
    servers: [{ url: '/api' }],
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' }, session: { type: 'apiKey', in: 'cookie' } },
    },
  });
});

describe.each(Object.entries<Endpoint>(contract))('%s', (name, endpoint) => {
  test('is described with its parameters and what it needs', () => {
    const { path, method, summary, tags, security } = operationOf(name);
    expect({ method, summary }).toEqual({ method: endpoint.method, summary: endpoint.summary });
    expect(path).toBe(`/v1${endpoint.path.replace('*}', '}')}`);
    expect(tags).toEqual([expect.any(String)]);
    expect(security).toEqual(securityOf(endpoint));
    const named = (place: string) => new Set(parameters(name, place).map((parameter) => parameter.name));
    expect(named('path')).toEqual(new Set(Array.from(path.matchAll(/\{(\w+)\}/g), ([, key]) => key)));
    expect(named('query')).toEqual(new Set(Object.keys(endpoint.query?.shape ?? {})));
    const { headers, takesKey, versioned } = endpoint;
    const further = [takesKey && 'idempotency-key', versioned && method === 'get' && 'if-none-match'].filter(Boolean);
    expect(named('header')).toEqual(new Set([...Object.keys(headers?.shape ?? {}), ...further]));
  });

  test('has a problem document for each of its errors, and no other', () => {
    const codes = errorsOf(endpoint);
    const known = endpoint.versioned && endpoint.method === 'get' ? [304] : [];
    const statuses = new Set([goodStatus(endpoint), ...known, ...codes.map((code) => ERROR_CODES[code].httpStatus)]);
    expect(new Set(Object.keys(operationOf(name).responses))).toEqual(new Set([...statuses].map(String)));
    for (const code of codes) {
      const problem = answerOf(name, ERROR_CODES[code].httpStatus).content?.['application/problem+json'];
      expect(Problem.parse(problem?.examples?.[code]?.value)).toMatchObject({ code });
    }
  });

  test('has examples that are as the contract wants them', () => {
    const { params, query, headers, body, response } = endpoint;
    const required = (place: string) => {
      const given = parameters(name, place).filter((parameter) => parameter.required);
      return Object.fromEntries(given.map((parameter) => [parameter.name, parameter.example]));
    };
    const examples: [unknown, unknown][] = [
      [params, required('path')],
      [query, required('query')],
      [headers, required('header')],
      [body, operationOf(name).requestBody?.content['application/json']?.example],
      [response, answerOf(name, goodStatus(endpoint)).content?.['application/json']?.example],
    ];
    for (const [schema, example] of examples) {
      expect(schema instanceof z.ZodType ? schema.safeParse(example).error : undefined).toBeUndefined();
    }
  });
});

test.each(Object.entries<SignInEndpoint>(signInEndpoints))('%s, for browsers, is described', (name, endpoint) => {
  const { path, method, security, responses } = operationOf(name);
  expect([method, path]).toEqual([endpoint.method, `/auth${endpoint.path}`]);
  expect(security).toEqual(endpoint.needsSession ? [{ session: [] }] : []);
  expect(parameters(name, 'header').map((header) => header.name)).toEqual(method === 'post' ? ['x-crunch-client'] : []);
  const statuses = endpoint.errors.map((code) => String(ERROR_CODES[code].httpStatus));
  expect(Object.keys(responses)).toEqual(expect.arrayContaining([String(goodStatus(endpoint)), ...statuses]));
});

test('there are no other operations, and every reference leads somewhere', () => {
  const names = [...Object.keys(contract), ...Object.keys(signInEndpoints), 'getOpenApiDocument'];
  expect(new Set(operations.keys())).toEqual(new Set(names));
  const references = [...JSON.stringify(document).matchAll(/"#\/components\/(\w+)\/([\w.-]+)"/g)];
  expect(references.length).toBeGreaterThan(100);
  const components = document.components as Record<string, Record<string, unknown>>;
  for (const [, kind = '', name = ''] of references) expect(Object.keys(components[kind] ?? {})).toContain(name);
});
