import type { CrunchClient } from '../../client/index.ts';
import { SignedIn } from '../../shared/contract/sign-in.ts';
import { startTestApi, type TestApi } from '../helpers/test-api.ts';
import { openBrowser, type TestBrowser } from '../helpers/test-browser.ts';
import { describeWith } from '../setup/test-services.ts';

const PASSWORD = 'violet-harbour-73-lantern';
const SIGN_IN = '/api/auth/sign-in/email';

await describeWith('postgres', 'signing in with a browser', ({ url: databaseUrl }) => {
  let api: TestApi;
  let admin: CrunchClient;
  let people = 0;

  beforeAll(async () => {
    api = await startTestApi({ databaseUrl, trustedProxies: ['127.0.0.1'] });
    admin = await api.signIn();
  });
  afterAll(() => api.stop());

  /** A new account, each with an address of its own: failures are counted by account. */
  async function addPerson(role: 'read' | 'operate' | 'admin' = 'operate') {
    people += 1;
    const email = `ada-${people}@example.org`;
    return admin.createPerson({ body: { email, name: 'Ada', role, password: PASSWORD } });
  }

  async function signIn(browser: TestBrowser, email: string, password = PASSWORD) {
    return browser.send('POST', SIGN_IN, { body: { email, password } });
  }

  test('gives a cookie by which the API knows the person', async () => {
    const [person, browser] = [await addPerson(), openBrowser(api.url)];
    const answer = await signIn(browser, person.email.toUpperCase());
    expect(answer.status).toBe(200);
    const { email, name, role, id } = person;
    expect(SignedIn.parse(answer.body).user).toEqual({ email, name, role, id });
    const caller = { name: 'Ada', email, scope: 'operate', kind: 'person' };
    expect(await browser.send('GET', '/api/v1/caller')).toMatchObject({ status: 200, body: caller });
    expect((await browser.send('GET', '/api/v1/projects')).status).toBe(200);
    expect((await browser.send('POST', '/api/v1/projects', { body: { name: `By ${id}` } })).status).toBe(201);
    expect(await browser.send('GET', '/api/v1/people')).toMatchObject({ status: 403 });
    expect(await browser.send('GET', '/api/auth/get-session')).toMatchObject({ status: 200, body: answer.body });
  });

  test('the cookie is out of reach for scripts and other sites, and of https only where that is spoken', async () => {
    const { email } = await addPerson();
    const plain = await signIn(openBrowser(api.url), email);
    expect(plain.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^crunch=[^;]+; Max-Age=86400; Path=\/; HttpOnly; SameSite=Lax$/),
    ]);
    const forwarded = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'crunch.example.org' };
    const secure = openBrowser(api.url, 'https://crunch.example.org');
    const answer = await secure.send('POST', SIGN_IN, { body: { email, password: PASSWORD }, headers: forwarded });
    expect(answer.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^__Host-crunch=[^;]+; Max-Age=86400; Path=\/; HttpOnly; Secure; SameSite=Lax$/),
    ]);
    expect((await secure.send('GET', '/api/v1/caller', { headers: forwarded })).status).toBe(200);
    expect((await secure.send('GET', '/api/v1/caller')).status).toBe(401);
    const renamed = { ...forwarded, cookie: secure.cookie.replace('__Host-', '') };
    expect((await secure.send('GET', '/api/v1/caller', { headers: renamed })).status).toBe(401);
  });
});
