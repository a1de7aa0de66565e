import type { Person } from '../../shared/contract/people.ts';
import { captureCrunch } from '../helpers/capture-crunch.ts';
import { makeSignInBench, PASSWORD, type SignInBench } from '../helpers/sign-in-bench.ts';
import { startTestApi, type TestApi } from '../helpers/test-api.ts';
import { openBrowser } from '../helpers/test-browser.ts';
import { describeWith } from '../setup/test-services.ts';

const NEW_PASSWORD = 'quiet-marble-58-orchard';

await describeWith('postgres', 'accounts over the command line', ({ url: databaseUrl }) => {
  let api: TestApi;
  let bench: SignInBench;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    api = await startTestApi({ databaseUrl });
    bench = await makeSignInBench(api);
    env = { CRUNCH_URL: api.url, CRUNCH_TOKEN: await api.makeToken() };
  });
  afterAll(() => api.stop());

  const admin = (...rest: string[]) => captureCrunch(['admin', ...rest, '--json'], env);
  const adminWith = (password: string, ...rest: string[]) =>
    captureCrunch(['admin', ...rest, '--password-stdin', '--json'], env, `${password}\n`);
  const signInStatus = async (email: string, password: string) =>
    (await bench.signIn(openBrowser(api.url), email, password)).status;

  test('are made, listed, changed and removed, and no password is shown', async () => {
    const made = await adminWith(PASSWORD, 'create', 'Ada@example.org', '--role', 'guest');
    expect(JSON.parse(made.stdout)).toMatchObject({ email: 'ada@example.org', name: 'Ada', role: 'guest' });
    expect(await signInStatus('ada@example.org', PASSWORD)).toBe(200);
    const reset = await adminWith(NEW_PASSWORD, 'reset-password', 'ADA@example.org');
    expect(await signInStatus('ada@example.org', NEW_PASSWORD)).toBe(200);
    const listed = await admin('list');
    expect((JSON.parse(listed.stdout) as { items: Person[] }).items.map(({ email }) => email)).toEqual([
      'ada@example.org',
    ]);
    expect(JSON.stringify([made, reset, listed])).not.toMatch(new RegExp(`${PASSWORD}|${NEW_PASSWORD}`));
    expect((await admin('remove', 'ada@example.org')).exitCode).toBe(0);
    expect(await signInStatus('ada@example.org', NEW_PASSWORD)).toBe(401);
    expect((await admin('remove', 'ada@example.org')).exitCode).toBe(4);
  });

  test('what can’t be is refused', async () => {
    expect((await admin('create', 'bob@example.org')).exitCode).toBe(2);
    expect(await adminWith('passwordpassword', 'create', 'bob@example.org')).toMatchObject({ exitCode: 2 });
    expect((await adminWith(PASSWORD, 'create', 'bob@example.org', '--role', 'owner')).exitCode).toBe(2);
    expect((await adminWith(PASSWORD, 'create', 'bob@example.org')).exitCode).toBe(0);
    expect((await adminWith(PASSWORD, 'create', 'bob@example.org')).exitCode).toBe(5);
    const limited = { ...env, CRUNCH_TOKEN: await api.makeToken({ scope: 'operate' }) };
    expect((await captureCrunch(['admin', 'list'], limited)).exitCode).toBe(3);
  });
});
