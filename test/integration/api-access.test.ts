import { request } from 'node:http';
import { covers } from '../../api/auth/covers.ts';
import type { Endpoint, Scope } from '../../shared/contract/endpoint.ts';
import { API_PREFIX, contract } from '../../shared/contract/index.ts';
import { startTestApi, type TestApi } from '../helpers/test-api.ts';
import { describeWith } from '../setup/test-services.ts';

const ENDPOINTS = Object.entries<Endpoint>(contract);
const PRIVATE = ENDPOINTS.filter(([, { scope }]) => scope !== 'public');

/** Whether a token of that scope is good for an operation, whatever it is for. */
function allows(held: Scope, { scope, needs }: Endpoint): boolean {
  if (scope === 'public') return true;
  if (scope === 'account') return held === 'admin';
  return covers(held, scope) || ('hosts' in needs && held === 'host');
}

/** Names by which a check that looks at the wrong part of a path lets a request pass. */
const TEMPTING_PATHS = [
  '/api/v1/projects/health',
  '/api/v1/projects/login',
  '/api/v1/items/ready',
  '/api/v1/health/',
  '/api/v1/HEALTH',
  '/api/v1/health/../projects',
  '/api/v1/health/..;/projects',
  '/api/v1/health;/../projects',
  '/api/v1/health%2f..%2fprojects',
  '/api/v1/%2e%2e/v1/projects',
  '/api/v1/openapi.json/../projects',
  '/api//v1/projects',
  '/api/docs/../v1/projects',
  '/api/docs-assets/../v1/projects',
  '/api/docs-assets/%2e%2e%2fpackage.json',
  '/api/v1/datasets/a:b/files/health',
  '/api/v1/projects?x=/api/v1/health',
  '/api/v1/projects#/health',
];

await describeWith('postgres', 'access to the API', ({ url: databaseUrl }) => {
  let api: TestApi;
  let other: TestApi | undefined;

  beforeAll(async () => {
    api = await startTestApi({ databaseUrl });
  });
  afterAll(() => Promise.all([api.stop(), other?.stop()]));

  /** Sends the path as it stands, which fetch does not. */
  async function statusOf(method: string, path: string, authorization?: string): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      const sent = request(api.url, { method, path, headers: authorization === undefined ? {} : { authorization } });
      sent.once('error', reject);
      sent.once('response', (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      sent.end();
    });
  }

  function examplePath({ path }: Endpoint): string {
    const examples = { slug: 'a:b', id: 'id', 'path*': 'a/b', name: 'host', sha256: 'f'.repeat(64) };
    return API_PREFIX + path.replace(/\{([\w*]+)\}/g, (_, name: keyof typeof examples) => examples[name]);
  }

  test.each(PRIVATE)('%s without a token is 401', async (_, endpoint) => {
    expect(await statusOf(endpoint.method, examplePath(endpoint))).toBe(401);
  });

  test.each(PRIVATE)('%s with a cookie that is none is 401', async (_, endpoint) => {
    for (const cookie of ['crunch=x', '__Host-crunch=x.y', 'crunch=undefined; better-auth.session_token=x']) {
      const sent = {
        method: endpoint.method.toUpperCase(),
        headers: { cookie, 'x-crunch-client': 'x', origin: api.url },
      };
      const response = await fetch(api.url + examplePath(endpoint), sent);
      await response.body?.cancel();
      expect(response.status).toBe(401);
    }
  });

  test.each(['/..', '/..;', '/%2e%2e', '/get-session/..', '/get-session/../..', '/sign-in/email/..;'])(
    'nothing of the API is below /api/auth%s',
    async (path) => {
      for (const method of ['GET', 'POST', 'HEAD', 'OPTIONS']) {
        expect([401, 404]).toContain(await statusOf(method, `/api/auth${path}/v1/projects`));
      }
    },
  );

  test('who tries what they may not is in the log', async () => {
    const denied = `Bearer ${await api.makeToken({ scope: 'read', name: 'curious' })}`;
    expect(await statusOf('GET', '/api/v1/people', denied)).toBe(403);
    expect(api.readLog()).toMatch(/"code":"not-allowed","caller":"curious","address":"127.0.0.1".*refused/);
  });

  test.each(TEMPTING_PATHS)('%s without a token is 401', async (path) => {
    for (const method of ['GET', 'POST', 'PUT', 'HEAD', 'OPTIONS']) expect(await statusOf(method, path)).toBe(401);
  });

  test.each(['/health', '/login', '/nothing/health', '//api/v1/projects', '/apis'])(
    '%s is only a page',
    async (path) => {
      for (const method of ['POST', 'PUT', 'OPTIONS']) expect(await statusOf(method, path)).toBe(401);
      for (const method of ['GET', 'HEAD']) expect(await statusOf(method, path)).toBe(200);
    },
  );

  test.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE'])('%s of a public path is 401', async (method) => {
    for (const path of ['/', '/api/v1/health', '/api/v1/openapi.json', '/api/docs']) {
      expect(await statusOf(method, path)).toBe(401);
    }
  });

  test.each(['Bearer', 'Bearer ', 'Basic YTpi', 'Bearer crn_user_x', 'Bearer a b', 'Token', 'crn_user_x'])(
    'the authorization “%s” is 401',
    async (authorization) => {
      expect(await statusOf('GET', '/api/v1/projects', authorization)).toBe(401);
    },
  );

  describe.each(['read', 'edit', 'operate', 'host', 'admin'] as const)('a token of the scope %s', (scope) => {
    let authorization: string;

    beforeAll(async () => {
      authorization = `Bearer ${await api.makeToken({ scope })}`;
    });

    // Without parameters and bodies nothing is done; what matters is whether the door was open.
    test.each(PRIVATE)('may do no more of %s than it should', async (_, endpoint) => {
      const status = await statusOf(endpoint.method, examplePath(endpoint), authorization);
      const isAllowed = allows(scope, endpoint);
      expect([endpoint.scope, status === 403]).toEqual([endpoint.scope, !isAllowed]);
      expect(status).not.toBe(401);
      expect(status).not.toBe(500);
    });
  });

  test('an unknown path is 404 with a token', async () => {
    expect(await statusOf('GET', '/api/nothing', `Bearer ${await api.makeToken({ scope: 'read' })}`)).toBe(404);
  });

  test('the clients of django-crunch say Token instead of Bearer', async () => {
    expect(await statusOf('GET', '/api/v1/projects', `Token ${await api.makeToken({ scope: 'read' })}`)).toBe(200);
  });

  test('a token says whose it is', async () => {
    const client = await api.signIn({ name: 'Ada', scope: 'operate' });
    await expect(client.getCaller()).resolves.toEqual({ name: 'Ada', scope: 'operate', kind: 'token', role: 'admin' });
  });

  test('whoever may look is told where to look further', async () => {
    const client = await api.signIn({ scope: 'read' });
    const temporal = { ui: null, namespace: 'default' };
    await expect(client.getServer()).resolves.toEqual({ version: '0.0.0-test', temporal });
  });

  test('a revoked token is refused at once, an expired one too', async () => {
    const admin = await api.signIn();
    const { token, id, prefix } = await admin.createToken({ body: { name: 'short-lived', scope: 'read' } });
    expect(await statusOf('GET', '/api/v1/projects', `Bearer ${token}`)).toBe(200);
    await admin.revokeToken({ params: { id } });
    expect(await statusOf('GET', '/api/v1/projects', `Bearer ${token}`)).toBe(401);
    const expired = await admin.createToken({ body: { name: 'expired', scope: 'read' } });
    await api.catalog.prisma.token.update({ where: { id: expired.id }, data: { expiresAt: new Date(0) } });
    expect(await statusOf('GET', '/api/v1/projects', `Bearer ${expired.token}`)).toBe(401);
    const { items } = await admin.listTokens({ query: { limit: 1000 } });
    expect(items.find((item) => item.id === id)).toMatchObject({ prefix, revokedAt: expect.any(String) });
    expect(JSON.stringify(items)).not.toContain(token);
  });

  test('a limited admin, who could make an unlimited one, is not made', async () => {
    const admin = await api.signIn();
    await admin.createProject({ body: { name: 'Limits' } });
    await expect(
      admin.createToken({ body: { name: 'x', scope: 'admin', projects: ['limits'] } }),
    ).rejects.toMatchObject({ code: 'invalid-input' });
  });

  test('who tries many tokens has to wait, who has a right one has not', async () => {
    // For this server all happens in one moment.
    const { url, makeToken } = (other = await startTestApi({ databaseUrl, now: () => 0 }));
    const ask = async (token: string) => {
      const response = await fetch(`${url}/api/v1/projects`, { headers: { authorization: `Bearer ${token}` } });
      await response.arrayBuffer();
      return response;
    };
    for (let attempt = 0; attempt < 30; attempt += 1) expect((await ask(`crn_user_${attempt}`)).status).toBe(401);
    const refused = await ask('crn_user_x');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '60']);
    expect((await ask(await makeToken({ scope: 'read' }))).status).toBe(200);
  });
});
