import { betterAuth } from 'better-auth/minimal';
import { contract } from '../../shared/contract/index.ts';
import { makeSignInBench, PASSWORD, SIGN_IN, type SignInBench } from '../helpers/sign-in-bench.ts';
import { startTestApi, type TestApi } from '../helpers/test-api.ts';
import { openBrowser } from '../helpers/test-browser.ts';
import { describeWith } from '../setup/test-services.ts';

const OURS = [
  'sign-in/email',
  'sign-out',
  'get-session',
  'change-password',
  'list-sessions',
  'revoke-session',
  'revoke-sessions',
].map((path) => `/${path}`);
const LIBRARY = Object.values(betterAuth({ secret: 'x'.repeat(32), logger: { disabled: true } }).api).flatMap(
  (route) => ('path' in route && typeof route.path === 'string' ? [route.path] : []),
);
const WRITES = ['/sign-in/email', '/sign-out', '/change-password', '/revoke-session', '/revoke-sessions'];

/** What a browser sends when a page that is not ours makes it send something. */
const FOREIGN: [string, Record<string, string | null>][] = [
  ['another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
  ['another site, in a browser without Sec-Fetch-Site', { origin: 'https://evil.example' }],
  ['a site of the same domain', { origin: 'http://other.127.0.0.1', 'sec-fetch-site': 'same-site' }],
  ['another port of the same computer', { origin: 'http://127.0.0.1:1', 'sec-fetch-site': 'same-site' }],
  ['another site, without an origin', { origin: null, 'sec-fetch-site': 'cross-site' }],
  ['a sandboxed page', { origin: 'null', 'sec-fetch-site': 'cross-site' }],
  ['a link', { origin: null, 'sec-fetch-site': 'none' }],
  ['nobody knows where', { origin: null }],
  ['an empty origin', { origin: '' }],
  ['a form of a page of our own', { 'x-crunch-client': null }],
];

await describeWith('postgres', 'what keeps strangers out of sign-in', ({ url: databaseUrl }) => {
  let api: TestApi;
  let bench: SignInBench;
  const others: TestApi[] = [];

  /** Another server process over the same catalog, for which all happens in one moment, however long it takes. */
  async function startOther(trustedProxies: string[] = []): Promise<TestApi> {
    const other = await startTestApi({ databaseUrl, trustedProxies, now: () => 0 });
    others.push(other);
    return other;
  }

  beforeAll(async () => {
    api = await startTestApi({ databaseUrl });
    bench = await makeSignInBench(api);
  });
  afterAll(() => Promise.all([api, ...others].map((server) => server.stop())));

  test('of the routes that the library has, all but ours are 404', async () => {
    expect(LIBRARY).toEqual(expect.arrayContaining([...OURS, '/sign-up/email', '/reset-password', '/update-user']));
    const [{ browser }, stranger] = [await bench.signedIn('admin'), openBrowser(api.url)];
    const paths = [...LIBRARY.filter((path) => !OURS.includes(path)), '', '/', '/nothing', '/SIGN-OUT', '/sign-out/'];
    for (const path of paths) {
      for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS']) {
        for (const caller of [browser, stranger]) {
          const answer = await caller.send(method, `/api/auth${path}`, { body: {} });
          expect([method, path, answer.status]).toEqual([method, path, 404]);
        }
      }
    }
    for (const path of WRITES) {
      const answer = await browser.send('GET', `/api/auth${path}`);
      expect([path, answer.status, answer.headers.get('allow')]).toEqual([path, 405, 'POST']);
    }
    expect((await browser.send('GET', '/api/v1/caller')).status).toBe(200);
  });

  test('without a session only signing in is possible', async () => {
    const stranger = openBrowser(api.url);
    expect(await stranger.send('GET', '/api/auth/get-session')).toMatchObject({ status: 200, body: null });
    expect((await stranger.send('GET', '/api/auth/list-sessions')).status).toBe(401);
    const change = { currentPassword: PASSWORD, newPassword: 'another-harbour-19-candle' };
    expect((await stranger.send('POST', '/api/auth/change-password', { body: change })).status).toBe(401);
    expect((await stranger.send('POST', '/api/auth/revoke-sessions', { body: {} })).status).toBe(401);
    expect((await stranger.send('POST', '/api/auth/revoke-session', { body: {} })).status).toBe(401);
  });

  describe.each(FOREIGN)('a request with the cookie from %s', (_, headers) => {
    test('changes nothing', async () => {
      const { person, browser } = await bench.signedIn('admin');
      for (const path of WRITES) {
        const body = { email: person.email, password: PASSWORD, id: person.id };
        expect((await browser.send('POST', `/api/auth${path}`, { body, headers })).status).toBe(403);
      }
      for (const { method, path } of Object.values(contract)) {
        if (method === 'get') continue;
        const answer = await browser.send(method.toUpperCase(), `/api/v1${path}`, { body: {}, headers });
        expect([method, path, answer.status]).toEqual([method, path, 403]);
      }
      expect((await browser.send('GET', '/api/v1/caller')).status).toBe(200);
    });
  });

  test('a page of our own is known by Sec-Fetch-Site too, where a proxy hides the host', async () => {
    const { browser } = await bench.signedIn('admin');
    const headers = { origin: 'https://crunch.example.org', 'sec-fetch-site': 'same-origin' };
    const body = { name: 'Through a proxy' };
    expect((await browser.send('POST', '/api/v1/projects', { body, headers })).status).toBe(201);
  });

  test('a token needs none of that, and goes before a cookie', async () => {
    const { browser } = await bench.signedIn('admin');
    const authorization = `Bearer ${await api.makeToken({ scope: 'edit', name: 'script' })}`;
    const headers = { authorization, origin: 'https://elsewhere.example', 'x-crunch-client': null };
    expect((await browser.send('POST', '/api/v1/projects', { body: { name: 'By token' }, headers })).status).toBe(201);
    expect(await browser.send('GET', '/api/v1/caller', { headers })).toMatchObject({ body: { name: 'script' } });
    const wrong = { authorization: 'Bearer crn_user_wrong' };
    expect((await browser.send('GET', '/api/v1/caller', { headers: wrong })).status).toBe(401);
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'])(
    'a body of the type %s is refused',
    async (type) => {
      const headers = { 'content-type': type };
      const answer = await openBrowser(api.url).send('POST', SIGN_IN, { body: { email: 'a@b.c' }, headers });
      expect(answer.status).toBe(415);
    },
  );

  test('nobody can try many passwords, whatever address they claim to have', async () => {
    const [{ email }, other] = [await bench.addPerson(), await startOther()];
    const browser = openBrowser(other.url);
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 12; attempt += 1) {
      const headers = { 'x-forwarded-for': `198.51.100.${attempt}` };
      const body = { email, password: `wrong-${attempt}` };
      statuses.push((await browser.send('POST', SIGN_IN, { body, headers })).status);
    }
    expect(statuses).toEqual([...Array<number>(10).fill(401), 429, 429]);
    const refused = await bench.signIn(browser, email);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('60');
    const owner = openBrowser(other.url);
    expect((await bench.signIn(owner, (await bench.addPerson()).email)).status).toBe(200);
  });

  test('many at once are not more', async () => {
    const [{ email }, other] = [await bench.addPerson(), await startOther()];
    const tries = Array.from({ length: 40 }, () => bench.signIn(openBrowser(other.url), email, 'wrong'));
    const statuses = (await Promise.all(tries)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(10);
    expect(statuses.filter((status) => status === 429)).toHaveLength(30);
  });

  test('behind a trusted proxy, each address counts for itself', async () => {
    const other = await startOther(['127.0.0.1']);
    const { email } = await bench.addPerson();
    const from = async (address: string, password: string) => {
      const headers = { 'x-forwarded-for': address };
      return (await openBrowser(other.url).send('POST', SIGN_IN, { body: { email, password }, headers })).status;
    };
    for (let attempt = 0; attempt < 10; attempt += 1) expect(await from('10.0.0.1', 'wrong')).toBe(401);
    expect(await from('10.0.0.1', PASSWORD)).toBe(429);
    expect(await from('10.0.0.2', PASSWORD)).toBe(200);
  });
});
