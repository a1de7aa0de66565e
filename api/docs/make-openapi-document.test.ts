import { contract } from '../../shared/contract/index.ts';
import type { Endpoint } from '../../shared/contract/endpoint.ts';
import { makeOpenApiDocument } from './make-openapi-document.ts';

interface Operation {
  operationId: string;
  tags: string[];
  security: object[];
  parameters?: { name: string; in: string; required: boolean }[];
  responses: Record<string, { content?: Record<string, unknown> }>;
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

test('the document is of OpenAPI 3.1, with version and token', () => {
  expect(document).toMatchObject({
    openapi: '3.1.0',
    info: { title: 'Crunch', version: '1.2.3' },
    servers: [{ url: '/api/v1' }],
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
  });
});

test.each(Object.entries<Endpoint>(contract))('%s is described', (name, endpoint) => {
  const operation = operations.get(name);
  expect(operation).toMatchObject({ method: endpoint.method, summary: endpoint.summary, tags: [expect.any(String)] });
  expect(operation?.security).toEqual(endpoint.scope === 'public' ? [] : [{ token: [] }, { session: [] }]);
  const inPath =
    operation?.parameters?.filter((parameter) => parameter.in === 'path').map((parameter) => parameter.name) ?? [];
  expect(new Set(inPath)).toEqual(new Set([...(operation?.path.matchAll(/\{(\w+)\}/g) ?? [])].map(([, key]) => key)));
  expect(Object.keys(operation?.responses ?? {})).toEqual([
    String(endpoint.status ?? (endpoint.response ? 200 : 204)),
    'default',
  ]);
  expect(operation?.responses['default']?.content).toHaveProperty(['application/problem+json', 'schema', '$ref']);
});

test('there are no operations besides the contract’s, and every reference leads somewhere', () => {
  expect(new Set(operations.keys())).toEqual(new Set(Object.keys(contract)));
  const references = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name);
  expect(references.length).toBeGreaterThan(20);
  expect(Object.keys(document.components?.schemas ?? {})).toEqual(expect.arrayContaining(references));
});
