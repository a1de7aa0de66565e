import { hashPassword } from 'better-auth/crypto';
import { SignedIn } from '../../shared/contract/sign-in.ts';
import { makeSignInBench, PASSWORD, SIGN_IN, type SignInBench } from '../helpers/sign-in-bench.ts';
import { startTestApi, type TestApi } from '../helpers/test-api.ts';
import { openBrowser } from '../helpers/test-browser.ts';
import { describeWith } from '../setup/test-services.ts';

/** What a proxy with https adds to a request. */
const FORWARDED = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'crunch.example.org' };

await describeWith('postgres', 'signing in with a browser', ({ url: databaseUrl }) => {
  let api: TestApi;
  let bench: SignInBench;

  beforeAll(async () => {
    api = await startTestApi({ databaseUrl, trustedProxies: ['127.0.0.1'] });
    bench = await makeSignInBench(api);
  });
  afterAll(() => api.stop());

  test('gives a cookie by which the API knows the person', async () => {
    const [person, browser] = [await bench.addPerson(), openBrowser(api.url)];
    const answer = await bench.signIn(browser, ` ${person.email.toUpperCase()}`);
    expect(answer.status).toBe(200);
    const { email, name, role, id } = person;
    expect(SignedIn.parse(answer.body).user).toEqual({ email, name, role, id });
    const caller = { name: 'Ada', email, scope: null, role: 'member', kind: 'person' };
    expect(await browser.send('GET', '/api/v1/caller')).toMatchObject({ status: 200, body: caller });
    expect((await browser.send('POST', '/api/v1/projects', { body: { name: `By ${id}` } })).status).toBe(201);
    expect((await browser.send('GET', '/api/v1/people')).status).toBe(403);
    expect(await browser.send('GET', '/api/auth/get-session')).toMatchObject({ status: 200, body: answer.body });
    const project = { actor: email, action: 'project.create', subject: `by-${id}` };
    expect(await api.catalog.prisma.auditEvent.count({ where: project })).toBe(1);
  });

  test('a hash that scrypt left is good, and replaced by the sign-in', async () => {
    const { email, id } = await bench.addPerson();
    const { credential } = api.catalog.prisma;
    const password = await hashPassword(PASSWORD);
    await credential.updateMany({ where: { personId: id }, data: { password } });
    const browser = openBrowser(api.url);
    expect((await bench.signIn(browser, email, 'wrong')).status).toBe(401);
    expect((await credential.findFirstOrThrow({ where: { personId: id } })).password).toBe(password);
    for (let time = 0; time < 2; time += 1) expect((await bench.signIn(browser, email)).status).toBe(200);
    expect((await credential.findFirstOrThrow({ where: { personId: id } })).password).toMatch(/^\$argon2id\$/);
  });

  test('what a person may do is what their role allows', async () => {
    const body = { name: 'Forbidden' };
    expect((await (await bench.signedIn('guest')).browser.send('POST', '/api/v1/projects', { body })).status).toBe(403);
    expect((await (await bench.signedIn('admin')).browser.send('GET', '/api/v1/people')).status).toBe(200);
  });

  test('the cookie is out of reach for scripts and other sites, and of https only where that is spoken', async () => {
    const { email } = await bench.addPerson();
    const plain = await bench.signIn(openBrowser(api.url), email);
    expect(plain.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^crunch=[^;]+; Max-Age=86400; Path=\/; HttpOnly; SameSite=Lax$/),
    ]);
    expect(plain.headers.get('strict-transport-security')).toBeNull();
    const secure = openBrowser(api.url, 'https://crunch.example.org');
    const answer = await secure.send('POST', SIGN_IN, { body: { email, password: PASSWORD }, headers: FORWARDED });
    expect(answer.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^__Host-crunch=[^;]+; Max-Age=86400; Path=\/; HttpOnly; Secure; SameSite=Lax$/),
    ]);
    expect(answer.headers.get('strict-transport-security')).toMatch(/max-age=31536000/);
    expect((await secure.send('GET', '/api/v1/caller', { headers: FORWARDED })).status).toBe(200);
    expect((await secure.send('GET', '/api/v1/caller')).status).toBe(401);
    const renamed = { ...FORWARDED, cookie: secure.cookie.replace('__Host-', '') };
    expect((await secure.send('GET', '/api/v1/caller', { headers: renamed })).status).toBe(401);
  });

  test('a password does not cross open networks without https', async () => {
    const { email } = await bench.addPerson();
    const body = { email, password: PASSWORD };
    const fromAfar = { 'x-forwarded-for': '203.0.113.9' };
    const browser = openBrowser(api.url);
    expect(await browser.send('POST', SIGN_IN, { body, headers: fromAfar })).toMatchObject({
      status: 403,
      body: { detail: expect.stringContaining('private network') },
    });
    expect((await bench.signIn(browser, email)).status).toBe(200);
    expect((await browser.send('GET', '/api/v1/caller', { headers: fromAfar })).status).toBe(401);
    const behindStranger = openBrowser(api.url, 'https://crunch.example.org');
    expect(
      await behindStranger.send('POST', SIGN_IN, { body, headers: { 'sec-fetch-site': 'same-origin' } }),
    ).toMatchObject({ status: 403, body: { detail: expect.stringContaining('CRUNCH_TRUSTED_PROXIES') } });
  });

  test('a wrong password and an unknown address get the same answer', async () => {
    const { email } = await bench.addPerson();
    const wrong = await bench.signIn(openBrowser(api.url), email, 'not-the-password');
    const unknown = await bench.signIn(openBrowser(api.url), 'nobody@example.org', 'not-the-password');
    expect(wrong.status).toBe(401);
    const told = ({ body }: typeof wrong) => ({ ...(body as object), requestId: '' });
    expect(told(unknown)).toEqual(told(wrong));
    expect(unknown.headers.getSetCookie()).toEqual(wrong.headers.getSetCookie());
    const failures = await api.catalog.prisma.auditEvent.findMany({
      where: { action: 'sign-in.fail', subject: { in: [email, 'nobody@example.org'] } },
    });
    expect(failures.map(({ actor, subject, address }) => ({ actor, subject, address }))).toEqual(
      [email, 'nobody@example.org'].map((subject) => ({ actor: 'somebody', subject, address: '127.0.0.1' })),
    );
  });

  test.each([
    {},
    { email: 'ada@example.org' },
    { email: 'not an address', password: PASSWORD },
    { email: ['ada@example.org'], password: PASSWORD },
    { email: 'ada@example.org', password: { $ne: '' } },
    { email: 'ada@example.org', password: 'x'.repeat(257) },
    { email: 'ada@example.org', password: PASSWORD, callbackURL: 'https://evil.example' },
    { email: 'ada@example.org', password: PASSWORD, rememberMe: false },
  ])('a request such as %j is refused', async (body) => {
    expect((await openBrowser(api.url).send('POST', SIGN_IN, { body })).status).toBe(400);
  });

  test('signing out ends the session at once, and the cookie with it', async () => {
    const { person, browser } = await bench.signedIn();
    const { cookie } = browser;
    const out = await browser.send('POST', '/api/auth/sign-out', { body: {} });
    expect(out.status).toBe(204);
    expect(out.headers.getSetCookie()).toEqual([expect.stringMatching(/^crunch=; Path=\/; Expires=Thu, 01 Jan 1970/)]);
    expect((await browser.send('GET', '/api/v1/caller', { headers: { cookie } })).status).toBe(401);
    expect(await browser.send('GET', '/api/auth/get-session', { headers: { cookie } })).toMatchObject({ body: null });
    const actions = await api.catalog.prisma.auditEvent.findMany({
      where: { subject: person.email },
      orderBy: { id: 'asc' },
    });
    expect(actions.map(({ action }) => action)).toEqual(['person.create', 'sign-in', 'sign-out']);
  });

  test('signing in begins a new session and ends the former one', async () => {
    const { person, browser } = await bench.signedIn();
    const { cookie } = browser;
    expect((await bench.signIn(browser, person.email)).status).toBe(200);
    expect(browser.cookie).not.toBe(cookie);
    expect((await browser.send('GET', '/api/v1/caller')).status).toBe(200);
    expect((await browser.send('GET', '/api/v1/caller', { headers: { cookie } })).status).toBe(401);
  });

  test('a session ends when it is not used for a day, and after a week in any case', async () => {
    const idle = await bench.signedIn();
    const old = await bench.signedIn();
    const { session } = api.catalog.prisma;
    const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3600_000);
    await session.updateMany({ where: { personId: idle.person.id }, data: { expiresAt: hoursAgo(0) } });
    expect((await idle.browser.send('GET', '/api/v1/caller')).status).toBe(401);
    await session.updateMany({ where: { personId: old.person.id }, data: { createdAt: hoursAgo(7 * 24 - 1) } });
    expect((await old.browser.send('GET', '/api/v1/caller')).status).toBe(200);
    await session.updateMany({ where: { personId: old.person.id }, data: { createdAt: hoursAgo(7 * 24) } });
    expect((await old.browser.send('GET', '/api/v1/caller')).status).toBe(401);
    const left = { personId: { in: [idle.person.id, old.person.id] } };
    expect(await session.count({ where: left })).toBe(0);
  });

  test('nothing is left of sessions that ended by themselves', async () => {
    const { person } = await bench.signedIn();
    const { session } = api.catalog.prisma;
    await session.updateMany({ where: { personId: person.id }, data: { expiresAt: new Date(0) } });
    const { browser } = await bench.signedIn();
    expect(await session.count({ where: { personId: person.id } })).toBe(0);
    expect((await browser.send('GET', '/api/v1/caller')).status).toBe(200);
  });

  test('a session that is used lives on, with its cookie', async () => {
    const { person, browser } = await bench.signedIn();
    const soon = new Date(Date.now() + 3600_000);
    await api.catalog.prisma.session.updateMany({ where: { personId: person.id }, data: { expiresAt: soon } });
    const { cookie } = browser;
    const answer = await browser.send('GET', '/api/v1/caller');
    expect(answer.headers.getSetCookie()).toEqual([expect.stringMatching(/^crunch=[^;]+; Max-Age=86400;/)]);
    expect(browser.cookie).toBe(cookie);
    const session = await api.catalog.prisma.session.findFirstOrThrow({ where: { personId: person.id } });
    expect(session.expiresAt.getTime()).toBeGreaterThan(soon.getTime());
  });

  test('a cookie that was tampered with is none', async () => {
    const { browser } = await bench.signedIn();
    const [token = '', signature = ''] = browser.cookie.split(/[=.]/).slice(1);
    const stored = (await api.catalog.prisma.session.findFirstOrThrow()).token;
    for (const cookie of [
      `crunch=${token}`,
      `crunch=${token}.${signature.slice(1)}`,
      `crunch=${token}x.${signature}`,
      `crunch=${stored}.${signature}`,
      'crunch=',
      `better-auth.session_token=${token}.${signature}`,
      `crunch=%ZZ.${signature}`,
    ]) {
      expect((await browser.send('GET', '/api/v1/caller', { headers: { cookie } })).status).toBe(401);
    }
  });

  test('the database and the log hold nothing with which to sign in', async () => {
    const { browser } = await bench.signedIn();
    const token = decodeURIComponent(browser.cookie).split(/[=.]/)[1] ?? '';
    expect(token).toMatch(/^\w{32}$/);
    const { prisma } = api.catalog;
    const tables = [prisma.session.findMany(), prisma.credential.findMany(), prisma.auditEvent.findMany()];
    const dump = JSON.stringify(await Promise.all(tables), (_key, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    for (const text of [dump, api.readLog()]) {
      expect(text).not.toContain(token);
      expect(text).not.toContain(PASSWORD);
    }
  });
});
