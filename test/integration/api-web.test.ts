import { request } from 'node:http';
import { startTestApi, type TestApi } from '../helpers/test-api.ts';
import { describeWith } from '../setup/test-services.ts';

await describeWith('postgres', 'the web UI over HTTP', ({ url: databaseUrl }) => {
  let api: TestApi;

  beforeAll(async () => {
    api = await startTestApi({ databaseUrl });
  });
  afterAll(() => api.stop());

  const get = (path: string, headers: Record<string, string> = {}) => fetch(api.url + path, { headers });

  /** The page with its nonce cut out, and the policy that has to name it. */
  async function readPage(path: string) {
    const response = await get(path);
    const nonce = /'nonce-([\w-]+)'/.exec(response.headers.get('content-security-policy') ?? '')?.[1] ?? '';
    return { response, nonce, html: (await response.text()).replaceAll(nonce, '') };
  }

  async function findScript(): Promise<string> {
    const { html } = await readPage('/');
    return /<script type="module"[^>]* src="([^"]+)"/.exec(html)?.[1] ?? '';
  }

  test('every address outside of the API is the one page, never kept', async () => {
    const { html } = await readPage('/');
    expect(html).toContain('<div id="root">');
    for (const path of ['/projects/penguins', '/datasets/penguins%3Atorgersen', '/nothing.txt', '/apis', '/assetsx']) {
      const page = await readPage(path);
      expect(page.html).toBe(html);
      expect(page.response.headers.get('cache-control')).toBe('no-store');
      expect(page.response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    }
  });

  test('each page has a nonce of its own, for styles and nothing else', async () => {
    const [one, other] = [await readPage('/'), await readPage('/')];
    expect(one.nonce).toMatch(/^[\w-]{22}$/);
    expect(one.nonce).not.toBe(other.nonce);
    const policy = one.response.headers.get('content-security-policy');
    expect(policy).toContain("script-src 'self';");
    for (const none of ['default-src', 'object-src', 'base-uri', 'form-action', 'frame-ancestors']) {
      expect(policy).toContain(`${none} 'none'`);
    }
    expect(policy).not.toMatch(/unsafe|data:|blob:|\*|https?:/);
    expect(one.html).not.toMatch(/<script(?![^>]*\bsrc=)|\son\w+=|style=/);
  });

  test('files have names that change with their content, and are kept', async () => {
    const script = await findScript();
    expect(script).toMatch(/^\/assets\/[\w-]+-[\w-]{8}\.js$/);
    const response = await get(script);
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(response.headers.get('content-type')).toMatch(/javascript/);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('vary')).toMatch(/accept-encoding/i);
  });

  test('files are sent small to those who can unpack them', async () => {
    const script = await findScript();
    const lengthFor = (encoding: string) =>
      new Promise<[encoding: string | undefined, bytes: number]>((resolve, reject) => {
        request(api.url + script, { headers: { 'accept-encoding': encoding } }, (response) => {
          let bytes = 0;
          response.on('data', (chunk: Buffer) => (bytes += chunk.length));
          response.on('end', () => resolve([response.headers['content-encoding'], bytes]));
        })
          .on('error', reject)
          .end();
      });
    const [[plain, plainBytes], [zipped, zippedBytes]] = [await lengthFor('identity'), await lengthFor('br, gzip')];
    expect([plain, zipped]).toEqual([undefined, 'gzip']);
    expect(zippedBytes).toBeLessThan(plainBytes / 2);
  });

  test.each(['/assets/', '/assets/nothing.js', '/assets/..%2findex.html'])('%s is no file', async (path) => {
    expect((await get(path)).status).toBe(401);
  });
});
