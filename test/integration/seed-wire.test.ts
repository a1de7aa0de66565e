import { SeedClient } from '../helpers/seed-client.ts';
import { makeSignInBench } from '../helpers/sign-in-bench.ts';
import { startTestApi, type TestApi } from '../helpers/test-api.ts';
import { describeWith } from '../setup/test-services.ts';

const JSON_TYPE = { 'content-type': 'application/json' };

await describeWith('postgres', 'the wire format of django-crunch', ({ url: databaseUrl }) => {
  let api: TestApi;
  let admin: SeedClient;

  beforeAll(async () => {
    api = await startTestApi({ databaseUrl });
    admin = new SeedClient(api, await api.makeToken());
    await admin.post('/api/projects/', { name: 'p' });
    await admin.post('/api/datasets/', { parent: 'p', name: 'd' });
  });
  afterAll(() => api.stop());

  test('a body may be JSON, a form, or a form in parts', async () => {
    const parts = new FormData();
    for (const [name, value] of Object.entries({ parent: 'p:d', name: 'by parts' })) parts.set(name, value);
    const json = JSON.stringify({ parent: 'p:d', name: 'by JSON', details: 'x' });
    const answers = [
      await admin.send('POST', '/api/items/', json, JSON_TYPE),
      await admin.post('/api/items/', { parent: 'p:d', name: 'by form' }),
      await admin.send('POST', '/api/items/', parts),
    ];
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    const { body } = await admin.get('/api/datasets/p:d/');
    const { items } = body as { items: { slug: string }[] };
    expect(items.map(({ slug }) => slug)).toEqual(['p:d:by-json', 'p:d:by-form', 'p:d:by-parts']);
  });

  test.each<[string, string, string | undefined, Record<string, string>, number, unknown]>([
    ['POST', '/api/next/', undefined, {}, 405, { detail: 'Method "POST" not allowed.' }],
    ['DELETE', '/api/projects/', undefined, {}, 405, { detail: 'Method "DELETE" not allowed.' }],
    ['POST', '/api/statuses/', '{bad', JSON_TYPE, 400, { detail: expect.stringContaining('malformed') }],
    ['POST', '/api/statuses/', '[]', JSON_TYPE, 400, { non_field_errors: [expect.any(String)] }],
    [
      'POST',
      '/api/items/',
      'x',
      { 'content-type': 'text/xml' },
      415,
      { detail: 'Unsupported media type "text/xml" in request.' },
    ],
    ['POST', '/api/items/', '{"parent":null,"name":3.5}', JSON_TYPE, 400, { parent: ['This field may not be null.'] }],
    ['POST', '/api/items/', '{"parent":"p","name":{}}', JSON_TYPE, 400, { name: ['Not a valid string.'] }],
    [
      'POST',
      '/api/items/',
      '{"parent":"p","name":"%%"}',
      JSON_TYPE,
      400,
      { name: [expect.stringContaining('letter')] },
    ],
    [
      'POST',
      '/api/items/',
      '{"parent":"p","name":"a\\u0000b"}',
      JSON_TYPE,
      400,
      { name: ['Null characters are not allowed.'] },
    ],
    [
      'POST',
      '/api/items/',
      '{"__proto__":{"name":"x"},"parent":"p"}',
      JSON_TYPE,
      400,
      { name: ['This field is required.'] },
    ],
    ['GET', '/api/datasets/?page=99', undefined, {}, 404, { detail: 'Invalid page.' }],
    ['GET', '/api/datasets/?page=x', undefined, {}, 404, { detail: 'Invalid page.' }],
    ['GET', '/api/datasets/p/', undefined, {}, 404, { detail: 'No Dataset matches the given query.' }],
    ['GET', '/api/projects/..%2fx/', undefined, {}, 404, { detail: 'No Project matches the given query.' }],
    [
      'PATCH',
      '/api/datasets/p:d/',
      '{"parent":"zz"}',
      JSON_TYPE,
      400,
      { parent: ['Object with slug=zz does not exist.'] },
    ],
    ['PUT', '/api/datasets/p:d/', '{"name":"x"}', JSON_TYPE, 400, { parent: ['This field is required.'] }],
    ['PATCH', '/api/datasets/p:d/', '{"base_file_path":"x"}', JSON_TYPE, 400, { base_file_path: [expect.any(String)] }],
  ])('%s %s %s is refused', async (method, path, body, headers, status, expected) => {
    expect(await admin.send(method, path, body, headers)).toEqual({ status, body: expected });
  });

  test.each<[string, string, string | undefined, unknown]>([
    ['bool', 'On', undefined, true],
    ['bool', '', undefined, ['Must be a valid boolean.']],
    ['int', '7.0', undefined, 7],
    ['int', '', undefined, ['A valid integer is required.']],
    ['int', '99999999999999999999', undefined, ['Ensure this value is less than or equal to 9007199254740991.']],
    ['float', ' -1e3 ', undefined, -1000],
    ['float', 'inf', undefined, ['A valid number is required.']],
    ['char', ' ', undefined, ['This field may not be blank.']],
    ['char', 'x'.repeat(1024), undefined, ['Ensure this field has no more than 1023 characters.']],
    ['url', 'ftp://example.org', undefined, ['Enter a valid URL.']],
    ['datetime', '2026-01-02 03:04:05.5+02', undefined, '2026-01-02T01:04:05.500000Z'],
    ['datetime', '2026-1-2T3:04', undefined, '2026-01-02T03:04:00Z'],
    ['datetime', '2026-02-30T03:04', undefined, [expect.stringContaining('wrong format')]],
    ['date', '2026-02-30', undefined, [expect.stringContaining('wrong format')]],
  ])('a %s “%s” is taken, or refused in words', async (word, value, _, expected) => {
    const { body } = await admin.post(`/api/attributes/${word}/`, { item: 'p', key: 'k', value });
    expect((body as { value: unknown }).value).toEqual(expected);
  });

  test.each([
    ['1.1234567891', '0', { latitude: ['Ensure that there are no more than 9 decimal places.'] }],
    ['0', '1234567', { longitude: ['Ensure that there are no more than 3 digits before the decimal point.'] }],
    ['91', '-180.5', { latitude: [expect.any(String)], longitude: [expect.any(String)] }],
    ['x', '', { latitude: ['A valid number is required.'], longitude: ['A valid number is required.'] }],
    ['1e-05', '-0.5', { latitude: '0.000010000', longitude: '-0.500000000' }],
  ])('the place %s, %s is taken, or refused in words', async (latitude, longitude, expected) => {
    const { body } = await admin.post('/api/attributes/lat-long/', { item: 'p', key: 'k', latitude, longitude });
    expect(body).toMatchObject(expected);
  });

  test('a workflow that is sent back as it was shown makes no new revision; an address is fetched', async () => {
    const client = await api.signIn();
    await client.createProject({ body: { name: 'with end', workflow: { kind: 'text', text: '#!/bin/sh\necho 1\n' } } });
    const { body } = await admin.get('/api/projects/with-end/');
    const shown = body as Record<string, string>;
    expect(shown.workflow).toBe('#!/bin/sh\necho 1\n');
    await admin.send('PUT', '/api/projects/with-end/', JSON.stringify(shown), JSON_TYPE);
    const revision = async () => (await client.getProject({ params: { slug: 'with-end' } })).workflow?.revision;
    expect(await revision()).toBe(1);
    await admin.send('PATCH', '/api/projects/with-end/', JSON.stringify({ workflow: 'echo 2' }), JSON_TYPE);
    expect(await revision()).toBe(2);
    expect(
      await admin.post('/api/projects/', { name: 'by url', workflow: 'https://127.0.0.1/Snakefile' }),
    ).toMatchObject({
      status: 400,
    });
  });

  test('a token does here what it may elsewhere, and sees what it may elsewhere', async () => {
    const client = await api.signIn();
    await client.createProject({ body: { name: 'secret' } });
    const { id } = await client.createDataset({ body: { project: 'secret', name: 's', held: true } });
    const reader = new SeedClient(api, await api.makeToken({ scope: 'read' }));
    for (const refused of [
      reader.get('/api/next/'),
      reader.post('/api/projects/', { name: 'x' }),
      reader.tell(id, 1, 1),
      reader.send('DELETE', '/api/items/p:d/'),
      reader.send('PATCH', '/api/datasets/p:d/', '{"name":"x"}', JSON_TYPE),
    ]) {
      expect(await refused).toMatchObject({ status: 403, body: { detail: expect.any(String) } });
    }
    const limited = new SeedClient(api, await api.makeToken({ scope: 'operate', projects: ['p'] }));
    const missing = [
      [limited.get('/api/projects/secret/'), 404],
      [limited.get('/api/datasets/secret:s/'), 404],
      [limited.get('/api/projects/secret/next/'), 404],
      [limited.post('/api/items/', { parent: 'secret', name: 'x' }), 400],
      [limited.post('/api/attributes/char/', { item: 'secret', key: 'k', value: 'v' }), 400],
      [limited.tell(id, 1, 1), 400],
      [limited.post('/api/datasets/', { parent: 'p', name: 'x', base_file_path: 'crunch/secret/s/x' }), 403],
    ] as const;
    for (const [answer, status] of missing) expect(await answer).toMatchObject({ status });
    for (const list of ['projects', 'datasets', 'items', 'attributes/char', 'statuses']) {
      expect(JSON.stringify((await limited.get(`/api/${list}/`)).body)).not.toContain('secret');
    }
    expect(await limited.tell(999_999, 1, 1)).toEqual({
      status: 400,
      body: { dataset: ['Invalid pk "999999" - object does not exist.'] },
    });
    const { body } = await limited.tell(id, 1, 1);
    expect(body).toEqual({ dataset: [`Invalid pk "${id}" - object does not exist.`] });
  });

  test('only a GET with a token claims: HEAD does not, and a browser’s session opens nothing here', async () => {
    const token = await api.makeToken();
    const asked = { method: 'HEAD', headers: { authorization: `Token ${token}` } };
    expect((await fetch(`${api.url}/api/projects/p/next/`, asked)).status).toBe(200);
    const { browser } = await (await makeSignInBench(api)).signedIn('admin');
    for (const path of ['/api/projects/p/next/', '/api/projects/']) {
      expect((await browser.send('GET', path)).status).toBe(401);
    }
    expect(await admin.next('/api/projects/p/next/')).toBe('p:d');
  });

  test('without a token nothing is answered, whatever the path and the method', async () => {
    const paths = [
      '',
      'projects/',
      'projects/p/',
      'datasets/p:d/',
      'items/p/',
      'attributes/char/',
      'statuses/',
      'next/',
    ];
    for (const path of [...paths, 'projects/p/next/', 'nothing/', 'projects/health/', 'next/../v1/health/']) {
      for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
        expect((await fetch(`${api.url}/api/${path}`, { method })).status).toBe(401);
      }
    }
  });
});
