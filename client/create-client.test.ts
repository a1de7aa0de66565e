import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { createClient, itemsOf, type CrunchClient } from './index.ts';

const SHA256 = 'a'.repeat(64);
const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
});

type Answer = (request: IncomingMessage, response: ServerResponse) => unknown;

async function serve(answer: Answer): Promise<{ url: string; client: CrunchClient }> {
  const server = createServer((request, response) => void answer(request, response));
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, client: createClient({ url: `${url}/`, token: 'crn_secret', retryDelaysMs: [1, 1] }) };
}

function problem(code: string, status: number, detail: string) {
  return JSON.stringify({ type: 'about:blank', title: 'A title', status, detail, code, requestId: 'r1' });
}

test('an operation is a request of its method and path, with token, parameters and body', async () => {
  const seen: { request: IncomingMessage; body: string }[] = [];
  const { client } = await serve(async (request, response) => {
    seen.push({ request, body: await text(request) });
    response.setHeader('content-type', 'application/json').end('{"items":[],"next":null}');
  });
  await client.listStatuses({ params: { slug: 'penguins:torgersen' }, query: { limit: 7 } });
  await client.listDatasets({ query: { project: ['a', 'b'], state: 'draft', sort: undefined } });
  await client.cancelDatasets({ body: { datasets: ['a:b'] } });
  expect(seen.map(({ request, body }) => [request.method, request.url, body])).toEqual([
    ['GET', '/api/v1/datasets/penguins%3Atorgersen/statuses?limit=7', ''],
    ['GET', '/api/v1/datasets?project=a&project=b&state=draft', ''],
    ['POST', '/api/v1/actions/cancel', '{"datasets":["a:b"]}'],
  ]);
  expect(seen.map(({ request }) => request.headers.authorization)).toEqual(Array(3).fill('Bearer crn_secret'));
  expect(seen[2]?.request.headers['content-type']).toBe('application/json');
});

test('a problem document becomes the error that it names', async () => {
  const { client } = await serve((_, response) => {
    response
      .writeHead(409, { 'content-type': 'application/problem+json' })
      .end(problem('conflict', 409, 'It is taken.'));
  });
  await expect(client.getProject({ params: { slug: 'penguins' } })).rejects.toMatchObject({
    code: 'conflict',
    message: 'It is taken.',
  });
});

test('a problem of a code that this version does not know keeps its meaning', async () => {
  const { client } = await serve((_, response) => {
    response.writeHead(404).end(problem('gone-to-the-moon', 404, 'It left.'));
  });
  await expect(client.getHealth()).rejects.toMatchObject({ code: 'not-found', message: 'It left.' });
});

test('an answer of something else says so', async () => {
  const { client, url } = await serve((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Welcome</h1>');
  });
  await expect(client.getHealth()).rejects.toMatchObject({
    code: 'api-unreachable',
    message: expect.stringContaining(`${url} is not a Crunch server`),
  });
});

test('a server that does not run is named, with what to do', async () => {
  const { client, url } = await serve(() => {});
  servers.pop()?.close();
  await expect(client.createItem({ body: { parent: 'a', name: 'b' } })).rejects.toMatchObject({
    code: 'api-unreachable',
    message: expect.stringMatching(new RegExp(`${url} can't be reached .*ECONNREFUSED.* Check the address`)),
  });
});

test.each([
  ['503', 3],
  ['a broken connection', 3],
])('%s is tried again where a repetition is safe', async (kind, attempts) => {
  let requests = 0;
  const { client } = await serve((request, response) => {
    requests += 1;
    if (requests === attempts) response.end('{"status":"ready","version":"1"}');
    else if (kind === '503') response.writeHead(503).end(problem('catalog-unavailable', 503, 'The catalog is away.'));
    else request.socket.destroy();
  });
  await expect(client.getHealth()).resolves.toEqual({ status: 'ready', version: '1' });
  expect(requests).toBe(attempts);
});

test('the last refusal is reported when all attempts failed, and what is not safe to repeat has only one', async () => {
  let requests = 0;
  const { client } = await serve((_, response) => {
    requests += 1;
    response.writeHead(503).end(problem('catalog-unavailable', 503, 'The catalog is away.'));
  });
  await expect(client.getHealth()).rejects.toMatchObject({ code: 'catalog-unavailable' });
  expect(requests).toBe(3);
  const token = { name: 'a', scope: 'read' } as const;
  await expect(client.createToken({ body: token })).rejects.toMatchObject({ exitCode: 13 });
  await expect(client.changeItem({ params: { slug: 'a:b' }, body: {} })).rejects.toMatchObject({ exitCode: 13 });
  expect(requests).toBe(5);
});

test('a POST that takes a key is repeated under the same one, and the next call has another', async () => {
  const keys: unknown[] = [];
  const { client } = await serve((request, response) => {
    keys.push(request.headers['idempotency-key']);
    if (keys.length === 1) request.socket.destroy();
    else response.writeHead(201).end('{}');
  });
  const body = { parent: 'a', name: 'b' };
  await client.createItem({ body });
  await client.createItem({ body });
  await client.createItem({ body }, { idempotencyKey: 'my own' });
  expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
  expect(keys[1]).toBe(keys[0]);
  expect(keys[2]).not.toBe(keys[0]);
  expect(keys[3]).toBe('my own');
});

test('a removal whose answer was lost has happened', async () => {
  let requests = 0;
  const { client } = await serve((request, response) => {
    requests += 1;
    if (requests === 1) request.socket.destroy();
    else response.writeHead(404).end(problem('not-found', 404, 'There is no such item.'));
  });
  await expect(client.deleteItem({ params: { slug: 'a:b' } })).resolves.toBeUndefined();
  await expect(client.deleteItem({ params: { slug: 'a:b' } })).rejects.toMatchObject({ code: 'not-found' });
});

test('a file is sent from a fresh stream at each attempt, with its size', async () => {
  const bodies: string[] = [];
  const { client } = await serve(async (request, response) => {
    bodies.push(`${request.headers['content-length']} ${await text(request)}`);
    if (bodies.length === 1) request.socket.destroy();
    else response.writeHead(201).end('{}');
  });
  await client.putFile({
    params: { slug: 'a:b', path: 'odd name/ü?#%2e.txt' },
    query: { sha256: SHA256 },
    body: { sizeBytes: 5, open: () => new Blob(['12', '345']).stream() },
  });
  expect(bodies).toEqual(['5 12345', '5 12345']);
});

test('a file arrives as a stream, and a broken one is an error', async () => {
  const { client } = await serve((request, response) => {
    if (request.url?.endsWith('whole')) response.end('the bytes');
    else response.writeHead(200, { 'content-length': '100' }).write('part', () => request.socket.destroy());
  });
  const whole = await client.getFile({ params: { slug: 'a:b', path: 'whole' } });
  await expect(new Response(whole).text()).resolves.toBe('the bytes');
  const broken = await client.getFile({ params: { slug: 'a:b', path: 'part' } });
  await expect(new Response(broken).text()).rejects.toMatchObject({ code: 'api-unreachable' });
});

test.each(['../../projects', 'a/../b', '/etc/passwd', ''])('a path like “%s” asks nothing', async (path) => {
  let requests = 0;
  const { client } = await serve((_, response) => {
    requests += 1;
    response.end();
  });
  await expect(client.getFile({ params: { slug: 'a:b', path } })).rejects.toMatchObject({ code: 'invalid-input' });
  expect(requests).toBe(0);
});

test('a redirect is not followed, since it would take the token along', async () => {
  const { client } = await serve((_, response) => {
    response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end();
  });
  await expect(client.getHealth()).rejects.toMatchObject({ code: 'api-unreachable' });
});

test('a caller that gives up gets an error at once', async () => {
  const giveUp = new AbortController();
  const { client } = await serve(() => giveUp.abort());
  await expect(client.getHealth({}, { signal: giveUp.signal })).rejects.toMatchObject({ code: 'interrupted' });
});

test('all items of a list are walked page by page', async () => {
  const urls: (string | undefined)[] = [];
  const { client } = await serve((request, response) => {
    urls.push(request.url);
    const last = request.url?.includes('cursor=c1');
    response.end(JSON.stringify({ items: last ? [3] : [1, 2], next: last ? null : 'c1' }));
  });
  const items: unknown[] = [];
  for await (const item of itemsOf(client.listHosts, { query: { limit: 2 } })) items.push(item);
  expect(items).toEqual([1, 2, 3]);
  expect(urls).toEqual(['/api/v1/hosts?limit=2', '/api/v1/hosts?limit=2&cursor=c1']);
});

test('an address that is none is refused', () => {
  expect(() => createClient({ url: 'ftp://example.org' })).toThrow(/not the address of a server/);
});
