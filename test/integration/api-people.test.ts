import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { keepAdminAccount } from '../../api/auth/keep-admin-account.ts';
import { Session } from '../../shared/contract/sign-in.ts';
import { makeSignInBench, PASSWORD, type SignInBench } from '../helpers/sign-in-bench.ts';
import { startTestApi, type TestApi } from '../helpers/test-api.ts';
import { openBrowser, type TestBrowser } from '../helpers/test-browser.ts';
import { makeTestCatalogs } from '../setup/catalog.ts';
import { describeWith } from '../setup/test-services.ts';

const NEW_PASSWORD = 'quiet-marble-58-orchard';

await describeWith('postgres', 'accounts', ({ url: databaseUrl }) => {
  const catalogs = makeTestCatalogs(databaseUrl);
  let api: TestApi;
  let bench: SignInBench;

  beforeAll(async () => {
    api = await startTestApi({ databaseUrl: await catalogs.createDatabase() });
    bench = await makeSignInBench(api);
  });
  afterAll(async () => {
    await api.stop();
    await catalogs.close();
  });

  const isSignedIn = async (browser: TestBrowser, cookie = browser.cookie) =>
    (await browser.send('GET', '/api/v1/caller', { headers: { cookie } })).status === 200;

  test('are listed by address, without passwords', async () => {
    const names = ['zoe@example.org', 'Bob@example.org', 'mia@example.org'];
    for (const email of names) await bench.admin.createPerson({ body: { email, name: 'A', password: PASSWORD } });
    const first = await bench.admin.listPeople({ query: { limit: 2 } });
    const second = await bench.admin.listPeople({ query: { limit: 2, cursor: first.next ?? '' } });
    const all = [...first.items, ...second.items];
    expect(all.map(({ email, role }) => [email, role])).toEqual(
      ['bob@example.org', 'mia@example.org', 'zoe@example.org'].map((email) => [email, 'member']),
    );
    const again = { email: 'BOB@example.org', name: 'A', password: PASSWORD };
    await expect(bench.admin.createPerson({ body: again })).rejects.toMatchObject({ code: 'conflict' });
    await expect(bench.admin.createPerson({ body: { ...again, email: 'bob' } })).rejects.toMatchObject({
      code: 'invalid-input',
    });
  });

  test.each([
    'short-17-x',
    'passwordpassword',
    '123456789012',
    'qwertyuiop12',
    'aaaaaaaaaaaaaaaa',
    'leavemealone',
    'ada@example.org',
    'lovelace1815',
    'crunchcrunch',
  ])('nobody gets the password %s', async (password) => {
    const body = { email: 'ada@example.org', name: 'Ada Lovelace1815', password };
    await expect(bench.admin.createPerson({ body })).rejects.toMatchObject({
      code: 'invalid-input',
      fields: [{ path: 'password' }],
    });
  });

  test('a password may be long and hold any character', async () => {
    const password = `${'ünï¢ødé ☃ 🦆'.repeat(8)} and more`;
    const { email } = await bench.admin.createPerson({ body: { email: 'long@example.org', name: 'A', password } });
    expect((await bench.signIn(openBrowser(api.url), email, password)).status).toBe(200);
    expect((await bench.signIn(openBrowser(api.url), email, password.slice(0, -1))).status).toBe(401);
  });

  test('whoever changes their password is signed out everywhere else', async () => {
    const { person, browser } = await bench.signedIn();
    const other = openBrowser(api.url);
    await bench.signIn(other, person.email);
    const { cookie } = browser;
    const change = (currentPassword: string, newPassword: string) =>
      browser.send('POST', '/api/auth/change-password', { body: { currentPassword, newPassword } });
    expect(await change('wrong', NEW_PASSWORD)).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'currentPassword' }] },
    });
    expect(await change(PASSWORD, 'passwordpassword')).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'newPassword' }] },
    });
    expect(await isSignedIn(other)).toBe(true);
    expect((await change(PASSWORD, NEW_PASSWORD)).status).toBe(204);
    expect([await isSignedIn(browser), await isSignedIn(browser, cookie), await isSignedIn(other)]).toEqual([
      true,
      false,
      false,
    ]);
    expect((await bench.signIn(openBrowser(api.url), person.email)).status).toBe(401);
    expect((await bench.signIn(openBrowser(api.url), person.email, NEW_PASSWORD)).status).toBe(200);
    const where = { subject: person.email, action: { startsWith: 'password' } };
    const events = await api.catalog.prisma.auditEvent.findMany({ where, orderBy: { id: 'asc' } });
    expect(events.map(({ action }) => action)).toEqual(['password.change.fail', 'password.change']);
  });

  test('everybody sees their sessions and ends them, one or all', async () => {
    const { person, browser } = await bench.signedIn();
    const second = openBrowser(api.url);
    await second.send('POST', '/api/auth/sign-in/email', {
      body: { email: person.email, password: PASSWORD },
      headers: { 'user-agent': 'Second/2.0' },
    });
    const stranger = await bench.signedIn();
    const list = async () => z.array(Session).parse((await browser.send('GET', '/api/auth/list-sessions')).body);
    const sessions = await list();
    expect(sessions).toMatchObject([
      { current: false, browser: 'Second/2.0', address: '127.0.0.1' },
      { current: true, browser: null },
    ]);
    const revoke = (by: TestBrowser) => by.send('POST', '/api/auth/revoke-session', { body: { id: sessions[0]?.id } });
    expect((await revoke(stranger.browser)).status).toBe(404);
    expect(await isSignedIn(second)).toBe(true);
    expect((await revoke(browser)).status).toBe(204);
    expect([await isSignedIn(second), await isSignedIn(browser)]).toEqual([false, true]);
    const { cookie } = browser;
    expect((await browser.send('POST', '/api/auth/revoke-sessions', { body: {} })).status).toBe(204);
    expect([await isSignedIn(browser, cookie), await isSignedIn(stranger.browser)]).toEqual([false, true]);
  });

  test('another role or password signs the person out', async () => {
    const params = ({ person: { id } }: { person: { id: string } }) => ({ id });
    const [renamed, demoted, reset] = [await bench.signedIn(), await bench.signedIn(), await bench.signedIn()];
    await bench.admin.changePerson({ params: params(renamed), body: { name: 'Countess' } });
    await bench.admin.changePerson({ params: params(demoted), body: { role: 'guest' } });
    await bench.admin.changePerson({ params: params(reset), body: { password: NEW_PASSWORD } });
    const browsers = [renamed.browser, demoted.browser, reset.browser];
    expect(await Promise.all(browsers.map((browser) => isSignedIn(browser)))).toEqual([true, false, false]);
    expect((await bench.signIn(reset.browser, reset.person.email, NEW_PASSWORD)).status).toBe(200);
    await expect(
      bench.admin.changePerson({ params: params(reset), body: { password: 'passwordpassword' } }),
    ).rejects.toMatchObject({ code: 'invalid-input' });
  });

  test('a removed account is gone at once', async () => {
    const { person, browser } = await bench.signedIn();
    await bench.admin.removePerson({ params: { id: person.id } });
    expect(await isSignedIn(browser)).toBe(false);
    expect((await bench.signIn(browser, person.email)).status).toBe(401);
    await expect(bench.admin.removePerson({ params: { id: person.id } })).rejects.toMatchObject({ code: 'not-found' });
  });

  test('the only admin stays one', async () => {
    const only = await bench.addPerson('admin');
    const params = { id: only.id };
    await expect(bench.admin.removePerson({ params })).rejects.toMatchObject({ code: 'conflict' });
    await expect(bench.admin.changePerson({ params, body: { role: 'guest' } })).rejects.toMatchObject({
      code: 'conflict',
    });
    const second = await bench.addPerson('admin');
    const removals = [only, second].map(({ id }) => bench.admin.removePerson({ params: { id } }));
    const outcomes = await Promise.allSettled(removals);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  describe('the first one of crunch up', () => {
    let folder: string;
    let file: string;

    beforeEach(async () => {
      folder = await mkdtemp(path.join(tmpdir(), 'crunch-admin-'));
      file = path.join(folder, 'admin-password');
    });
    afterEach(() => rm(folder, { recursive: true }));

    test('is made once, its password kept for the owner', async () => {
      const catalog = await catalogs.open();
      const { email, password = '' } = await keepAdminAccount(catalog, file);
      expect(password).toMatch(/^([a-z2-9]{5}-){3}[a-z2-9]{5}$/);
      expect(await readFile(file, 'utf8')).toBe(`${password}\n`);
      expect((await stat(file)).mode & 0o777).toBe(0o600);
      expect(await keepAdminAccount(catalog, file)).toEqual({ email });
      expect(await catalog.prisma.person.findMany()).toMatchObject([{ email, name: 'admin', role: 'admin' }]);
    });

    test('gets the password that a start wrote down which was cut short', async () => {
      await writeFile(file, 'written-before-it-ended\n');
      const account = await keepAdminAccount(await catalogs.open(), file);
      expect(account.password).toBe('written-before-it-ended');
    });
  });
});
