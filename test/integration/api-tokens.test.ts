import { SCOPES, type Scope } from '../../shared/contract/endpoint.ts';
import type { Token } from '../../shared/contract/tokens.ts';
import { makeSignInBench, type SignInBench } from '../helpers/sign-in-bench.ts';
import { startTestApi, type TestApi } from '../helpers/test-api.ts';
import type { TestBrowser } from '../helpers/test-browser.ts';
import { describeWith } from '../setup/test-services.ts';

const DAY_MS = 24 * 3600_000;

await describeWith('postgres', 'tokens of people', ({ url: databaseUrl }) => {
  let api: TestApi;
  let bench: SignInBench;

  beforeAll(async () => {
    api = await startTestApi({ databaseUrl });
    bench = await makeSignInBench(api);
  });
  afterAll(() => api.stop());

  const make = (browser: TestBrowser, scope: Scope, more: object = {}) =>
    browser.send('POST', '/api/v1/tokens', { body: { name: 'laptop', scope, ...more } });

  async function makeToken(browser: TestBrowser, scope: Scope): Promise<Token & { token: string }> {
    const answer = await make(browser, scope);
    expect(answer.status).toBe(201);
    return answer.body as Token & { token: string };
  }

  async function listed(browser: TestBrowser): Promise<Token[]> {
    return ((await browser.send('GET', '/api/v1/tokens?limit=1000')).body as { items: Token[] }).items;
  }

  async function statusOf(token: string, path = '/api/v1/projects', method = 'GET'): Promise<number> {
    return (await fetch(api.url + path, { method, headers: { authorization: `Bearer ${token}` } })).status;
  }

  test.each([
    ['guest', ['read', 'edit', 'operate', 'admin']],
    ['member', ['read', 'edit', 'operate', 'admin']],
    ['admin', SCOPES],
  ] as const)('somebody of the role %s makes tokens of %j and no others', async (role, possible) => {
    const { browser } = await bench.signedIn(role);
    for (const scope of SCOPES) {
      const expected = possible.some((it) => it === scope) ? 201 : 403;
      expect([scope, (await make(browser, scope)).status]).toEqual([scope, expected]);
    }
  });

  test('a token lasts for 90 days unless told otherwise, and is known by its beginning and its last use', async () => {
    const { browser, person } = await bench.signedIn('guest');
    const { token, ...shown } = await makeToken(browser, 'read');
    expect(Date.parse(shown.expiresAt) - Date.parse(shown.createdAt)).toBeLessThanOrEqual(90 * DAY_MS);
    expect(await statusOf(token)).toBe(200);
    const [known] = await listed(browser);
    expect(known).toEqual({ ...shown, owner: person.email, lastUsedAt: expect.any(String) });
    expect(token).toMatch(/^crn_user_[0-9A-Za-z]{36}$/);
    expect(token.startsWith(shown.prefix)).toBe(true);
    expect((await make(browser, 'read', { expiresInSeconds: 400 * 24 * 3600 })).status).toBe(400);
  });

  test('everybody sees and revokes their own, an admin all', async () => {
    const [ada, bob, admin] = [await bench.signedIn(), await bench.signedIn(), await bench.signedIn('admin')];
    const [first, second] = [await makeToken(ada.browser, 'read'), await makeToken(bob.browser, 'read')];
    expect((await listed(ada.browser)).map(({ id }) => id)).toEqual([first.id]);
    const all = (await listed(admin.browser)).map(({ id, owner }) => [id, owner]);
    expect(all).toEqual(
      expect.arrayContaining([
        [first.id, ada.person.email],
        [second.id, bob.person.email],
      ]),
    );
    const revoke = async (browser: TestBrowser, { id }: Token) =>
      (await browser.send('DELETE', `/api/v1/tokens/${id}`, { body: {} })).status;
    expect(await revoke(ada.browser, second)).toBe(404);
    expect([await statusOf(first.token), await statusOf(second.token)]).toEqual([200, 200]);
    expect([await revoke(ada.browser, first), await revoke(admin.browser, second)]).toEqual([204, 204]);
    expect([await statusOf(first.token), await statusOf(second.token)]).toEqual([401, 401]);
  });

  test('a token makes no tokens, unless it is an admin’s', async () => {
    const { browser } = await bench.signedIn('member');
    const { token } = await makeToken(browser, 'operate');
    expect(await statusOf(token, '/api/v1/tokens')).toBe(403);
    expect(await statusOf(token, '/api/v1/tokens', 'POST')).toBe(403);
    expect(await statusOf(token, '/api/v1/tokens/1', 'DELETE')).toBe(403);
  });

  test('whoever may do less than before does less by their tokens too', async () => {
    const { browser, person } = await bench.signedIn('member');
    const { token } = await makeToken(browser, 'operate');
    expect([await statusOf(token, '/api/v1/hosts'), await statusOf(token)]).toEqual([200, 200]);
    await bench.admin.changePerson({ params: { id: person.id }, body: { role: 'guest' } });
    expect([await statusOf(token, '/api/v1/hosts'), await statusOf(token)]).toEqual([403, 200]);
    await bench.admin.changePerson({ params: { id: person.id }, body: { role: 'admin' } });
    expect(await statusOf(token, '/api/v1/people')).toBe(403);
  });

  test('a token of the scope admin makes nobody an admin', async () => {
    const { browser, person } = await bench.signedIn('member');
    const { token } = await makeToken(browser, 'admin');
    expect([await statusOf(token, '/api/v1/people'), await statusOf(token, '/api/v1/host-config')]).toEqual([403, 403]);
    const own = (await (
      await fetch(`${api.url}/api/v1/tokens`, { headers: { authorization: `Bearer ${token}` } })
    ).json()) as {
      items: Token[];
    };
    expect(own.items.map(({ owner }) => owner)).toEqual([person.email]);
  });

  test('nobody learns of a project by making a token for it', async () => {
    await bench.admin.createProject({ body: { name: 'Hidden here' } });
    const { browser } = await bench.signedIn('member');
    const answers = await Promise.all(
      ['hidden-here', 'not-there'].map((slug) => make(browser, 'read', { projects: [slug] })),
    );
    expect(answers.map(({ status }) => status)).toEqual([404, 404]);
  });

  test('tokens go with the account, those of hosts stay', async () => {
    await bench.addPerson('admin');
    const { browser, person } = await bench.signedIn('admin');
    const [own, host] = [await makeToken(browser, 'read'), await makeToken(browser, 'host')];
    expect([own.owner, host.owner]).toEqual([person.email, null]);
    await bench.admin.removePerson({ params: { id: person.id } });
    expect([await statusOf(own.token), await statusOf(host.token)]).toEqual([401, 200]);
  });

  test('the audit log tells who did it, and from where', async () => {
    const { browser, person } = await bench.signedIn('member');
    const { token, prefix, id } = await makeToken(browser, 'edit');
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ name: `Made by ${id}` });
    await fetch(`${api.url}/api/v1/projects`, { method: 'POST', headers, body });
    await browser.send('DELETE', `/api/v1/tokens/${id}`, { body: {} });
    const events = await api.catalog.prisma.auditEvent.findMany({
      where: { subject: { in: [prefix, `made-by-${id}`] } },
      orderBy: { id: 'asc' },
    });
    expect(events.map(({ actor, action }) => [actor, action])).toEqual([
      [person.email, 'token.create'],
      [`${person.email}, by the token laptop`, 'project.create'],
      [person.email, 'token.revoke'],
    ]);
    expect(events[0]).toMatchObject({ address: '127.0.0.1', detail: { scope: 'edit' } });
  });

  test('a revoked token is refused by every process', async () => {
    const other = await startTestApi({ databaseUrl });
    try {
      const { browser } = await bench.signedIn('guest');
      const { token, id } = await makeToken(browser, 'read');
      const elsewhere = async () =>
        (await fetch(`${other.url}/api/v1/projects`, { headers: { authorization: `Bearer ${token}` } })).status;
      expect(await elsewhere()).toBe(200);
      await browser.send('DELETE', `/api/v1/tokens/${id}`, { body: {} });
      expect(await elsewhere()).toBe(401);
    } finally {
      await other.stop();
    }
  });
});
