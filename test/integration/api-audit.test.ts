import { z } from 'zod';
import type { CrunchClient } from '../../client/index.ts';
import { makeTokenSecret } from '../../catalog/token-secret.ts';
import { AuditEvent } from '../../shared/contract/audit.ts';
import { makeSignInBench, PASSWORD, SIGN_IN, type SignInBench } from '../helpers/sign-in-bench.ts';
import { startTestApi, type TestApi } from '../helpers/test-api.ts';
import { openBrowser, type TestBrowser } from '../helpers/test-browser.ts';
import { makeTestCatalogs } from '../setup/catalog.ts';
import { describeWith } from '../setup/test-services.ts';

await describeWith('postgres', 'the audit log', ({ url }) => {
  const catalogs = makeTestCatalogs(url);
  let api: TestApi;
  let flooded: TestApi | undefined;
  let admin: CrunchClient;
  let bench: SignInBench;

  beforeAll(async () => {
    api = await startTestApi({ databaseUrl: await catalogs.createDatabase() });
    bench = await makeSignInBench(api);
    admin = bench.admin;
  });
  afterAll(async () => {
    await Promise.all([api.stop(), flooded?.stop()]);
    await catalogs.close();
  });

  async function events(query: object, browser?: TestBrowser): Promise<AuditEvent[]> {
    if (browser === undefined) return (await admin.listAuditEvents({ query: { limit: 1000, ...query } })).items;
    const search = new URLSearchParams({ limit: '1000', ...query }).toString();
    const { body } = await browser.send('GET', `/api/v1/audit?${search}`);
    return z.object({ items: z.array(AuditEvent) }).parse(body).items;
  }

  test('tells who did what, from where, and what was before', async () => {
    const { browser, person } = await bench.signedIn('member');
    await browser.send('POST', '/api/v1/projects', { body: { name: 'Told' } });
    const other = (await bench.addPerson('guest')).email;
    for (const role of ['viewer', 'editor']) {
      await browser.send('PUT', `/api/v1/projects/told/members/${other}`, { body: { role } });
    }
    const [latest] = await events({ action: 'member' });
    expect(latest).toMatchObject({
      ...{ actor: person.email, address: '127.0.0.1', action: 'member.set', subject: 'told', project: 'told' },
      detail: { person: other, before: 'viewer', after: 'editor' },
    });
    await admin.changePerson({ params: { id: person.id }, body: { name: 'Countess' } });
    expect((await events({ action: 'person.change' }))[0]).toMatchObject({
      subject: person.email,
      detail: { before: { name: 'Ada' }, after: { name: 'Countess' } },
    });
  });

  test('holds sign-ins that failed, what was refused, and new tokens', async () => {
    const { browser, person } = await bench.signedIn('guest');
    await openBrowser(api.url).send('POST', SIGN_IN, { body: { email: person.email, password: 'wrong' } });
    expect((await browser.send('GET', '/api/v1/people')).status).toBe(403);
    await browser.send('POST', '/api/v1/tokens', { body: { name: 'laptop', scope: 'read' } });
    const subjects = (await events({})).map(({ action, actor, subject }) => [action, actor, subject]);
    expect(subjects).toEqual(
      expect.arrayContaining([
        ['sign-in', person.email, person.email],
        ['sign-in.fail', 'somebody', person.email],
        ['access.deny', person.email, 'GET /api/v1/people'],
        ['token.create', person.email, expect.stringMatching(/^crn_user_/)],
      ]),
    );
    expect(JSON.stringify(await events({}))).not.toContain(PASSWORD);
  });

  test('holds wrong tokens of every kind, and nothing of what was sent', async () => {
    const secrets = {
      malformed: 'crn_user_canary-that-is-none',
      unknown: makeTokenSecret('user'),
      revoked: await api.makeToken({ name: 'revoked' }),
      expired: await api.makeToken({ name: 'expired', expiresInSeconds: -1 }),
    };
    const { items } = await admin.listTokens({ query: { limit: 1000 } });
    const { id } = items.find(({ name }) => name === 'revoked')!;
    await admin.revokeToken({ params: { id } });
    const headers = ['Basic canary-of-another-kind', ...Object.values(secrets).map((secret) => `Bearer ${secret}`)];
    for (const authorization of headers) {
      const answer = await openBrowser(api.url).send('GET', '/api/v1/projects', { headers: { authorization } });
      expect(answer.status).toBe(401);
    }
    const written = (await events({ action: 'token.fail' })).toReversed();
    const somebody = { actor: 'somebody', address: '127.0.0.1' };
    expect(written).toEqual(
      [
        { subject: 'a token', detail: { reason: 'malformed' } },
        { subject: 'a token', detail: { reason: 'malformed' } },
        { subject: 'a token', detail: { reason: 'unknown' } },
        { subject: secrets.revoked.slice(0, 13), detail: { reason: 'revoked' } },
        { subject: secrets.expired.slice(0, 13), detail: { reason: 'expired' } },
      ].map((event) => expect.objectContaining({ ...somebody, ...event })),
    );
    for (const secret of ['canary', ...Object.values(secrets)]) expect(JSON.stringify(written)).not.toContain(secret);
  });

  test('holds no more than 100 failures a minute, and says once that there are more', async () => {
    const databaseUrl = await catalogs.createDatabase();
    // For this server all happens in few moments, and each caller comes from elsewhere.
    let nowMs = 0;
    flooded = await startTestApi({ databaseUrl, trustedProxies: ['127.0.0.1'], now: () => nowMs });
    const browser = openBrowser(flooded.url);
    for (let caller = 0; caller < 104; caller += 1) {
      const headers = { 'x-forwarded-for': `10.0.0.${caller}` };
      const wrong = { ...headers, authorization: 'Bearer crn_user_x' };
      const body = { email: 'nobody@example.org', password: 'wrong' };
      const answer =
        caller % 2 === 0
          ? await browser.send('GET', '/api/v1/projects', { headers: wrong })
          : await browser.send('POST', SIGN_IN, { headers, body });
      expect(answer.status).toBe(401);
    }
    const flooding = await flooded.signIn();
    const reader = await flooded.signIn({ name: 'nosy', scope: 'read' });
    for (let request = 0; request < 103; request += 1) {
      await expect(reader.createProject({ body: { name: 'P' } })).rejects.toMatchObject({ code: 'not-allowed' });
    }
    const read = async () => (await flooding.listAuditEvents({ query: { limit: 1000 } })).items;
    const written = await read();
    const countOf = (action: string) => written.filter((event) => event.action === action).length;
    const kinds = ['token.fail', 'sign-in.fail', 'sign-in.flood', 'access.deny', 'access.flood'];
    expect(kinds.map(countOf)).toEqual([50, 50, 1, 100, 1]);
    for (const action of ['sign-in.flood', 'access.flood']) {
      const flood = written.find((event) => event.action === action);
      expect(flood).toMatchObject({ actor: 'somebody', detail: { reason: expect.stringContaining('100') } });
    }
    expect(written.find(({ action }) => action === 'access.deny')).toMatchObject({ actor: 'nosy' });

    // With the next one after that minute, it is told how many were left out.
    nowMs = 60_000;
    await expect(reader.createProject({ body: { name: 'P' } })).rejects.toMatchObject({ code: 'not-allowed' });
    const [deny, flood] = await read();
    expect([deny, flood]).toMatchObject([
      { action: 'access.deny' },
      { action: 'access.flood', detail: { leftOut: 3 } },
    ]);
  });

  test('shows owners what belongs to their projects, and others nothing', async () => {
    const [owner, stranger] = [await bench.signedIn('member'), await bench.signedIn('member')];
    await owner.browser.send('POST', '/api/v1/projects', { body: { name: 'Owned' } });
    await stranger.browser.send('POST', '/api/v1/projects', { body: { name: 'Of others' } });
    await owner.browser.send('POST', '/api/v1/datasets', { body: { project: 'owned', name: 'Set', queue: true } });
    await owner.browser.send('POST', '/api/v1/actions/cancel', { body: { projects: ['owned'] } });
    const own = await events({}, owner.browser);
    expect(new Set(own.map(({ project }) => project))).toEqual(new Set(['owned']));
    expect(own.map(({ action }) => action)).toEqual(expect.arrayContaining(['dataset.cancel', 'project.create']));
    expect(await events({ project: 'owned' }, stranger.browser)).toEqual([]);
    await admin.deleteProject({ params: { slug: 'owned' }, query: { confirm: 'owned' } });
    await stranger.browser.send('POST', '/api/v1/projects', { body: { name: 'Owned' } });
    // What is told of another project of that name is not told to its new owner.
    expect((await events({ subject: 'owned' }, stranger.browser)).map(({ action }) => action)).toEqual([
      'project.create',
    ]);
  });

  test('is filtered by actor, action, subject, project and time, and read by pages', async () => {
    const { browser, person } = await bench.signedIn('member');
    await browser.send('POST', '/api/v1/projects', { body: { name: 'Filtered' } });
    const [created] = await events({ project: 'filtered' });
    const at = created?.at ?? '';
    const later = new Date(Date.parse(at) + 1).toISOString();
    const found = async (query: object) => (await events(query)).some(({ id }) => id === created?.id);
    const narrowing = [
      ...[{ actor: person.email }, { action: 'project' }, { action: 'project.create' }, { subject: 'filtered' }],
      ...[{ since: at }, { until: later }],
    ];
    const excluding = [{ actor: 'nobody' }, { action: 'proj' }, { subject: 'filter' }, { since: later }, { until: at }];
    for (const query of narrowing) expect([query, await found(query)]).toEqual([query, true]);
    for (const query of excluding) expect([query, await found(query)]).toEqual([query, false]);

    const all = await events({});
    const paged: number[] = [];
    let cursor: string | undefined;
    do {
      const page = await admin.listAuditEvents({ query: { limit: 3, cursor } });
      paged.push(...page.items.map(({ id }) => id));
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    expect(paged).toEqual(all.map(({ id }) => id));
    expect(paged).toEqual([...paged].sort((a, b) => b - a));
    const lines = await new Response(await admin.exportAuditEvents()).text();
    const exported = lines
      .trimEnd()
      .split('\n')
      .map((line) => AuditEvent.parse(JSON.parse(line)));
    expect(exported).toEqual(all);
  });
});
