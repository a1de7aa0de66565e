import { gzipSync } from 'node:zlib';
import { startTestApi, type TestApi } from '../helpers/test-api.ts';
import { describeWith } from '../setup/test-services.ts';

const DEEP = 100_000;

/** Texts of JSON that reach for what all objects share. */
const POLLUTIONS = [
  '{"name":"P1","__proto__":{"polluted":true}}',
  '{"name":"P2","constructor":{"prototype":{"polluted":true}}}',
  '{"name":"P3","parameters":{"__proto__":{"polluted":true}}}',
  '{"name":"P4","parameters":{"a":{"__proto__":{"polluted":true}}}}',
  '{"name":"P5","parameters":{"constructor":{"prototype":{"polluted":true}}}}',
  '{"name":"P6","plan":[{"stage":"workflow","parameters":{"__proto__":{"polluted":true}}}]}',
];

/** Addresses inside of the server's network, as a workflow's owner may write them. */
const INSIDE = [
  'http://127.0.0.1:1/x',
  'http://localhost/x',
  'http://0x7f.1/x',
  'http://[::ffff:127.0.0.1]/x',
  'http://169.254.169.254/latest/meta-data/',
  'http://100.64.0.1/x',
  'http://[fc00::1]/x',
  'http://10.0.0.1/x',
  'https://user:canary@127.0.0.1/x',
  'file:///etc/passwd',
  'gopher://127.0.0.1/x',
];

await describeWith('postgres', 'input of strangers', ({ url: databaseUrl }) => {
  let api: TestApi;
  let authorization: string;

  beforeAll(async () => {
    api = await startTestApi({ databaseUrl });
    authorization = `Bearer ${await api.makeToken()}`;
  });
  afterAll(() => api.stop());

  async function post(path: string, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) {
    const sent = { authorization, 'content-type': 'application/json', ...headers };
    const response = await fetch(`${api.url}/api/v1${path}`, { method: 'POST', headers: sent, body });
    return { status: response.status, body: await response.text() };
  }

  test.each(POLLUTIONS)('%s changes nothing but itself', async (body) => {
    const answer = await post('/projects', body);
    expect([201, 400]).toContain(answer.status);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    const caller = await (await fetch(`${api.url}/api/v1/caller`, { headers: { authorization } })).text();
    expect(caller).not.toContain('polluted');
  });

  test.each([
    ['lists', '['.repeat(DEEP), ']'.repeat(DEEP)],
    ['objects', '{"a":'.repeat(DEEP) + '1', '}'.repeat(DEEP)],
  ])('%s in each other without end are refused', async (_, open, close) => {
    const answer = await post('/projects', `{"name":"Deep","parameters":{"deep":${open}${close}}}`);
    expect([answer.status, answer.body]).toEqual([400, expect.stringContaining('nested')]);
  });

  test('what is nested as people nest it is taken', async () => {
    const deep = `${'['.repeat(30)}${']'.repeat(30)}`;
    expect((await post('/projects', `{"name":"Not so deep","parameters":{"deep":${deep}}}`)).status).toBe(201);
  });

  test('a body that grows when it is unpacked is refused by what it grows to', async () => {
    const bomb = new Uint8Array(gzipSync(`{"name":"${'x'.repeat(50 * 1024 * 1024)}"}`));
    expect((await post('/projects', bomb, { 'content-encoding': 'gzip' })).status).toBe(413);
  });

  test.each([
    'text/plain',
    'text/json',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/merge-patch+json',
    'application/json; charset=utf-7',
    'application/xml',
  ])('a body of the type %s is refused', async (type) => {
    const answer = await post('/projects', '{"name":"By type"}', { 'content-type': type });
    expect([type, answer.status]).toEqual([type, 415]);
  });

  test.each(['', '   ', 'null', '[]', '"text"', '1', '{"name":"a"}{"name":"b"}', '{"name":"x",}', '\ufeff'])(
    'the body %j is refused',
    async (body) => {
      expect((await post('/projects', body)).status).toBe(400);
    },
  );

  test.each(['limit=1&limit=2', 'limit=0x10', 'limit=1e2', 'limit=', 'limit=%201', 'limit=1.0', 'cursor=a&cursor=b'])(
    'the query %s is refused',
    async (query) => {
      const response = await fetch(`${api.url}/api/v1/tokens?${query}`, { headers: { authorization } });
      await response.body?.cancel();
      expect([query, response.status]).toEqual([query, 400]);
    },
  );

  test.each(INSIDE)('a workflow from %s is refused, and never asked for', async (url) => {
    for (const workflow of [
      { kind: 'url', url },
      { kind: 'repository', url, revision: 'main', path: 'Snakefile' },
    ]) {
      const answer = await post('/projects', JSON.stringify({ name: 'From inside', workflow }));
      expect([answer.status, answer.body]).toEqual([400, expect.not.stringContaining('canary')]);
    }
    const found = await fetch(`${api.url}/api/v1/projects/from-inside`, { headers: { authorization } });
    await found.body?.cancel();
    expect(found.status).toBe(404);
  });
});
