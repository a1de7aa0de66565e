import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { CrunchError, type CrunchClient } from '../../client/index.ts';
import { startTestApi, type TestApi } from '../helpers/test-api.ts';
import { describeWith } from '../setup/test-services.ts';

const ODD_NAMES = [
  'plain.txt',
  'with space & "quotes" \'too\'.txt',
  'ünïcode-Δ-🐧.csv',
  '-leading-dash',
  '100%.txt',
  'semi;colon?query#hash',
  'line\nbreak\r\nheader: x',
  'deep/er/and deeper/file',
  '.hidden',
];

await describeWith('postgres', 'files through the client', ({ url: databaseUrl }) => {
  let api: TestApi;
  let client: CrunchClient;
  let token: string;
  const params = { slug: 'files:set' };

  beforeAll(async () => {
    api = await startTestApi({ databaseUrl });
    client = await api.signIn();
    token = await api.makeToken();
    await client.createProject({ body: { name: 'Files' } });
    await client.createDataset({ body: { project: 'files', name: 'Set' } });
  });
  afterAll(() => api.stop());

  function sha256Of(content: string): string {
    return createHash('sha256').update(content).digest('hex');
  }

  async function put(path: string, content: string, sha256 = sha256Of(content), slug = params.slug) {
    const bytes = new Blob([content]);
    return client.putFile({
      params: { slug, path },
      query: { sha256 },
      body: { sizeBytes: bytes.size, open: () => bytes.stream() },
    });
  }

  async function get(path: string): Promise<string> {
    return new Response(await client.getFile({ params: { ...params, path } })).text();
  }

  test.each(ODD_NAMES)('a file named %j comes back as it was sent', async (path) => {
    const content = `the content of ${path}`;
    const size = new Blob([content]).size;
    await expect(put(path, content)).resolves.toMatchObject({ path, size, sha256: sha256Of(content), origin: 'input' });
    await expect(get(path)).resolves.toBe(content);
    const { items } = await client.listFiles({ params });
    expect(items.map((file) => file.path)).toContain(path);
  });

  test('an empty file is a file', async () => {
    await put('empty', '');
    await expect(get('empty')).resolves.toBe('');
  });

  test('what has another checksum than announced leaves nothing behind', async () => {
    await put('kept', 'as it was');
    for (const path of ['kept', 'new']) {
      await expect(put(path, 'damaged', sha256Of('whole'))).rejects.toMatchObject({ code: 'invalid-input' });
    }
    await expect(get('kept')).resolves.toBe('as it was');
    await expect(get('new')).rejects.toMatchObject({ code: 'not-found' });
    await expect(api.storage.stat('crunch/files/set/new')).resolves.toBeUndefined();
  });

  test.each(['.crunch/manifest.json', '.CRUNCH/x', '.crunch'])('nobody writes %s', async (path) => {
    await expect(put(path, 'x')).rejects.toMatchObject({ code: 'not-allowed' });
  });

  test('Crunch’s own files can be read', async () => {
    const content = '{}';
    await api.storage.write('crunch/files/set/.crunch/manifest.json', Buffer.from(content), {
      sizeBytes: 2,
      sha256: sha256Of(content),
    });
    await expect(get('.crunch/manifest.json')).resolves.toBe(content);
  });

  test('the files of a queued dataset stay as they are', async () => {
    await client.createDataset({ body: { project: 'files', name: 'Queued', queue: true } });
    await expect(put('a', 'x', undefined, 'files:queued')).rejects.toMatchObject({ code: 'conflict' });
    await expect(api.storage.stat('crunch/files/queued/a')).resolves.toBeUndefined();
  });

  test('a browser gets a download, whatever the file is', async () => {
    await put('página <x>.html', '<script>alert(1)</script>');
    const { headers } = await fetch(
      `${api.url}/api/v1/datasets/files:set/files/${encodeURIComponent('página <x>.html')}`,
      {
        headers: { authorization: `Bearer ${token}` },
      },
    );
    expect(headers.get('content-type')).toBe('application/octet-stream');
    expect(headers.get('content-disposition')).toMatch(
      /^attachment; filename=".*"; filename\*=UTF-8''p%C3%A1gina%20%3Cx%3E\.html$/,
    );
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toMatch(/^sandbox; default-src 'none';/);
  });

  test('a download that broke off goes on where it was, unless the file has changed', async () => {
    await put('long', '0123456789');
    const url = `${api.url}/api/v1/datasets/files:set/files/long`;
    const whole = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    const etag = whole.headers.get('etag') ?? '';
    await whole.body?.cancel();
    const resume = async () => {
      const headers = { authorization: `Bearer ${token}`, range: 'bytes=4-', 'if-range': etag };
      const response = await fetch(url, { headers });
      return [response.status, response.headers.get('content-range'), await response.text()];
    };
    expect(await resume()).toEqual([206, 'bytes 4-9/10', '456789']);
    await put('long', 'abcdefghij');
    expect(await resume()).toEqual([200, null, 'abcdefghij']);
  });

  test('an upload that breaks off leaves nothing behind', async () => {
    const path = '/api/v1/datasets/files:set/files/broken';
    const sent = request(api.url, {
      method: 'PUT',
      path: `${path}?sha256=${sha256Of('x')}`,
      headers: { authorization: `Bearer ${token}`, 'content-length': '1000000' },
    });
    const gone = new Promise((resolve) => {
      sent.once('error', resolve);
    });
    sent.write('only the beginning', () => sent.destroy());
    await gone;
    await expect(get('broken')).rejects.toBeInstanceOf(CrunchError);
    await expect(put('broken', 'whole')).resolves.toMatchObject({ size: 5 });
  });

  test('bytes without a size, or of a type that is a form’s, are refused', async () => {
    const url = `${api.url}/api/v1/datasets/files:set/files/x?sha256=${sha256Of('x')}`;
    const authorization = `Bearer ${token}`;
    const form = await fetch(url, {
      method: 'PUT',
      body: 'x',
      headers: { authorization, 'content-type': 'text/plain' },
    });
    expect(form.status).toBe(415);
    const stream = new Blob(['x']).stream();
    const type = { 'content-type': 'application/octet-stream' };
    const sizeless = await fetch(url, {
      method: 'PUT',
      body: stream,
      duplex: 'half',
      headers: { authorization, ...type },
    });
    expect(sizeless.status).toBe(400);
  });
});
