import { request } from 'node:http';
import { startTestApi, type TestApi } from '../helpers/test-api.ts';
import { describeWith } from '../setup/test-services.ts';

await describeWith('postgres', 'the API over HTTP', ({ url: databaseUrl }) => {
  let api: TestApi;
  let authorization: string;

  beforeAll(async () => {
    api = await startTestApi({ databaseUrl });
    authorization = `Bearer ${await api.makeToken()}`;
  });
  afterAll(() => api.stop());

  const call = (path: string, init: Omit<RequestInit, 'headers'> & { headers?: Record<string, string> } = {}) =>
    fetch(api.url + path, { ...init, redirect: 'manual', headers: { authorization, ...init.headers } });

  const post = (path: string, body: string, type = 'application/json') =>
    call(path, { method: 'POST', body, headers: { 'content-type': type } });

  test('a sane request id is echoed, any other is replaced', async () => {
    const kept = await call('/api/v1/projects', { headers: { 'x-request-id': 'my-request.1' } });
    expect(kept.headers.get('x-request-id')).toBe('my-request.1');
    const replaced = await call('/api/v1/projects/none', { headers: { 'x-request-id': 'a b<script>' } });
    const id = replaced.headers.get('x-request-id');
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    await expect(replaced.json()).resolves.toMatchObject({ requestId: id, code: 'not-found', status: 404 });
  });

  test.each([
    '/',
    '/api/v1/openapi.json',
    '/api/docs',
    '/docs/',
    '/docs/none',
    '/api/v1/projects',
    '/nothing',
    '/api/v1/projects/none',
    '/api/auth/get-session',
    '/api/auth/nothing',
  ])('%s has the headers that protect browsers', async (path) => {
    const { headers } = await call(path);
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none';.*frame-ancestors 'none'$/);
    expect(headers.get('content-security-policy')).not.toContain('unsafe');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-powered-by')).toBeNull();
  });

  test('a wrong method is told the right ones', async () => {
    const response = await call('/api/v1/projects', { method: 'DELETE' });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, HEAD, POST');
  });

  test('a body that is not JSON, or says so of itself, is refused', async () => {
    expect((await post('/api/v1/items', '{"parent":"a","name":"b"}', 'text/plain')).status).toBe(415);
    expect((await post('/api/v1/items', 'parent=a', 'application/x-www-form-urlencoded')).status).toBe(415);
    expect((await post('/api/v1/items', '{"parent":')).status).toBe(400);
    expect((await call('/api/v1/items', { method: 'POST' })).status).toBe(415);
  });

  test('all faults of a body are named by field', async () => {
    const response = await post('/api/v1/items', '{"parent":"NOT A SLUG","name":"","is_admin":true}');
    expect(response.status).toBe(400);
    const problem = (await response.json()) as { errors: { path: string }[] };
    expect(problem.errors.map((fault) => fault.path)).toEqual(['parent', 'name', 'is_admin']);
  });

  test('a body that is too large is refused', async () => {
    const details = 'x'.repeat(11 * 1024 * 1024);
    expect((await post('/api/v1/items', JSON.stringify({ parent: 'a', name: 'b', details }))).status).toBe(413);
  });

  test.each([
    '/api/v1/projects?limit=0',
    '/api/v1/projects?limit=1001',
    '/api/v1/projects?limit=1&limit=2',
    '/api/v1/projects?cursor=a&cursor=b',
    '/api/v1/projects?cursor=nonsense',
    '/api/v1/datasets?state=exploded',
    '/api/v1/projects/UPPER',
    '/api/v1/runs/not-a-uuid',
    '/api/v1/datasets/a:b/files/%2e%2e/x',
    '/api/v1/datasets/a:b/files/x%2F..%2F..%2Fy',
    '/api/v1/datasets/a:b/files/%00',
    '/api/v1/datasets/a:b/files/%ZZ',
  ])('%s is refused as malformed', async (path) => {
    // Unlike fetch, this sends the path as it stands.
    const status = await new Promise((resolve, reject) => {
      request(api.url + path, { path, headers: { authorization } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(400);
  });

  test('a fault of the server shows nothing of itself, and is logged with the request’s id', async () => {
    await api.catalog.prisma.$executeRaw`ALTER TABLE item RENAME COLUMN details TO hidden_details`;
    const response = await call('/api/v1/items', { headers: { 'x-request-id': 'the-fault' } });
    await api.catalog.prisma.$executeRaw`ALTER TABLE item RENAME COLUMN hidden_details TO details`;
    expect(response.status).toBe(500);
    const answer = await response.text();
    expect(JSON.parse(answer)).toMatchObject({
      code: 'internal',
      detail: expect.stringContaining('request the-fault'),
    });
    expect(answer).not.toMatch(/details|prisma|select|column/i);
    expect(api.readLog()).toMatch(/"requestId":"the-fault"/);
  });

  test('the docs page runs only scripts of its own', async () => {
    const page = await (await fetch(`${api.url}/api/docs`)).text();
    expect(page).not.toMatch(/<script(?![^>]*\bsrc=)/);
    const assets = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path ?? '');
    expect(assets).toHaveLength(3);
    for (const path of assets) {
      const asset = await fetch(api.url + path);
      expect([path, asset.status, asset.headers.get('x-content-type-options')]).toEqual([path, 200, 'nosniff']);
      expect((await asset.text()).length).toBeGreaterThan(50);
    }
    const document = (await (await fetch(`${api.url}/api/v1/openapi.json`)).json()) as { openapi: string };
    expect(document.openapi).toBe('3.1.0');
  });

  test('health names what does not answer', async () => {
    const response = await fetch(`${api.url}/api/v1/health`);
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('5');
    await expect(response.json()).resolves.toMatchObject({
      code: 'temporal-unreachable',
      detail: "Not ready: Temporal can't be reached from the server.",
    });
  });

  test('a token in a URL or in a log line is nowhere', async () => {
    await call('/api/v1/projects/none?token=in-the-query');
    expect(api.readLog()).toContain('/api/v1/projects/none');
    expect(api.readLog()).not.toContain('in-the-query');
    expect(api.readLog()).not.toContain(authorization.slice('Bearer '.length));
  });

  test('a server that has stopped takes no connections', async () => {
    const other = await startTestApi({ databaseUrl });
    await other.stop();
    await expect(fetch(other.url)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
  });
});
