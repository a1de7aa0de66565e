import pg from 'pg';
import { LeaseBench } from '../helpers/lease-bench.ts';
import { makeSignInBench, PASSWORD } from '../helpers/sign-in-bench.ts';
import { describeWith } from '../setup/test-services.ts';

await describeWith('postgres', 'all that the catalog holds', ({ url: databaseUrl }) => {
  let bench: LeaseBench;
  let client: pg.Client;

  beforeAll(async () => {
    bench = await LeaseBench.start(databaseUrl);
    client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
  });
  afterAll(() => Promise.all([bench.stop(), client.end()]));

  /** Every row of every table, as text. */
  async function dump(): Promise<string> {
    const { rows: tables } = await client.query<{ name: string }>(
      "SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = 'public'",
    );
    expect(tables.length).toBeGreaterThan(15);
    const texts: string[] = [];
    for (const { name } of tables) {
      const { rows } = await client.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t`);
      texts.push(name, ...rows.map(({ row }) => row));
    }
    return texts.join('\n');
  }

  test('has no token, ticket, cookie or password in clear', async () => {
    const signIn = await makeSignInBench(bench.api);
    const { browser, person } = await signIn.signedIn('admin');
    const made = await browser.send('POST', '/api/v1/tokens', { body: { name: 'own', scope: 'read' } });
    const { token } = made.body as { token: string };
    const hostToken = await bench.api.makeToken({ scope: 'host' });
    const ticket = await bench.ticketOf(await bench.hold());
    const cookie = browser.cookie.split('=')[1]?.split(';')[0] ?? '';
    const secrets = { token, hostToken, admin: bench.token, ticket, cookie, password: PASSWORD };
    const held = await dump();
    // What is there besides shows that this was the right place to look.
    expect(held).toContain(person.email);
    for (const [name, secret] of Object.entries(secrets)) {
      expect([name, secret.length > 10]).toEqual([name, true]);
      for (const part of [secret, decodeURIComponent(secret), decodeURIComponent(secret).split('.')[0] ?? '']) {
        expect([name, held.includes(part)]).toEqual([name, false]);
      }
    }
    expect(bench.api.readLog()).toContain('"path":"/api/v1/tokens"');
    for (const secret of Object.values(secrets)) expect(bench.api.readLog()).not.toContain(secret);
  });
});
