import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { startTestApi, type TestApi } from '../helpers/test-api.ts';
import { describeWith } from '../setup/test-services.ts';

const SCRIPT = '<script>fetch("/api/v1/tokens",{method:"POST"})</script>';

/** Files that a browser would run as a page of this site, if it were let. */
const PAGES: [string, string][] = [
  ['evil.html', `<!doctype html>${SCRIPT}`],
  ['evil.svg', `<svg xmlns="http://www.w3.org/2000/svg">${SCRIPT}</svg>`],
  ['evil.xhtml', `<html xmlns="http://www.w3.org/1999/xhtml">${SCRIPT}</html>`],
  ['evil.xml', '<?xml-stylesheet href="data:text/xsl,x" type="text/xsl"?><x/>'],
  ['evil.pdf', '%PDF-1.7 /OpenAction << /S /JavaScript /JS (app.alert(1)) >>'],
  ['evil.js', 'alert(1)'],
  ['evil', `\u0000\u0001${SCRIPT}`],
];

/** Names that try to end a header, or to be taken for another name. */
const NAMES = [
  'a\r\nSet-Cookie: crunch=stolen\r\n.html',
  'a\nX-Injected: 1.txt',
  'quote".html',
  'semi; filename=other.html',
  "apos'trophe.svg",
  'naïve ☃ 東京.csv',
  'right\u202Eto-left.exe',
  'per%0d%0acent.html',
  'tab\t.html',
];

/** Ways to write a path that leads out, by any number of decodings. */
const ESCAPES = [
  ...['../x', '..%2fx', '%2e%2e/x', '%2e%2e%2fx', '..%5cx', '%2e%2e%5cx', '.%2e/x', 'a/../../x', 'a%2f..%2f..%2fx'],
  ...['%252e%252e%252fx', '%252e%252e/x', '%25252e%25252e%25252fx', '..%252fx', '%c0%ae%c0%ae/x', '%u002e%u002e/x'],
  ...['%2fetc%2fpasswd', '//etc/passwd', '%5c%5chost%5cshare', '%00', 'x%00.txt', 'x%0d%0a', 'a%0ab', 'C:%5cx'],
  ...[
    '.crunch/manifest.json',
    '%2ecrunch%2fmanifest.json',
    '.crunch%2fx',
    '.CRUNCH/x',
    'a/%2e/b',
    '%2e',
    '%20',
    '~root',
  ],
];

await describeWith('postgres', 'files of strangers', ({ url: databaseUrl }) => {
  let api: TestApi;
  let authorization: string;

  beforeAll(async () => {
    api = await startTestApi({ databaseUrl });
    authorization = `Bearer ${await api.makeToken({ scope: 'edit' })}`;
    const client = await api.signIn();
    await client.createProject({ body: { name: 'P' } });
    await client.createDataset({ body: { project: 'p', name: 'Set' } });
  });
  afterAll(() => api.stop());

  const files = '/api/v1/datasets/p:set/files';

  /** Sends a path as it stands, which fetch does not. */
  async function send(method: string, path: string, content?: string): Promise<IncomingMessage> {
    const sha256 = createHash('sha256')
      .update(content ?? '')
      .digest('hex');
    const query = content === undefined ? '' : `?sha256=${sha256}`;
    return new Promise((resolve, reject) => {
      const headers = {
        authorization,
        ...(content !== undefined && { 'content-length': String(Buffer.byteLength(content)) }),
      };
      request(api.url, { method, path: `${files}/${path}${query}`, headers })
        .once('error', reject)
        .once('response', resolve)
        .end(content);
    });
  }

  async function put(name: string, content: string): Promise<number | undefined> {
    const answer = await send('PUT', encodeURIComponent(name), content);
    answer.resume();
    return answer.statusCode;
  }

  test.each(PAGES)('%s comes as a download that a browser does not run', async (name, content) => {
    expect(await put(name, content)).toBe(201);
    const answer = await send('GET', name);
    expect(await text(answer)).toBe(content);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': expect.stringMatching(/^attachment; /),
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringMatching(/^sandbox; default-src 'none';/),
    });
  });

  test.each(NAMES)('the name %j stays a name', async (name) => {
    expect(await put(name, 'x')).toBe(201);
    const answer = await send('GET', encodeURIComponent(name));
    answer.resume();
    const { headers, rawHeaders, statusCode } = answer;
    expect(statusCode).toBe(200);
    expect(rawHeaders.map((it) => it.toLowerCase())).not.toEqual(expect.arrayContaining(['set-cookie', 'x-injected']));
    const disposition = headers['content-disposition'] ?? '';
    expect(disposition).toMatch(
      /^attachment; filename=("[^"\r\n]*(\\"[^"\r\n]*)*"|[\w.%'-]+)(; filename\*=UTF-8''[\w%.~!*'()-]+)?$/,
    );
    const encoded = /filename\*=UTF-8''(\S+)$/.exec(disposition)?.[1];
    const plain = /filename="?((?:\\"|[^"])*)"?(?:;|$)/.exec(disposition)?.[1]?.replaceAll('\\"', '"');
    expect(encoded === undefined ? plain : decodeURIComponent(encoded)).toBe(name);
  });

  test('however a path is written, nothing is written or read outside of the dataset', async () => {
    for (const path of ESCAPES) {
      for (const method of ['PUT', 'GET']) {
        const answer = await send(method, path, method === 'PUT' ? 'escaped' : undefined);
        const content = await text(answer);
        expect([path, method, answer.statusCode]).toEqual([
          path,
          method,
          answer.statusCode! < 500 ? answer.statusCode : 'a fault of the server',
        ]);
        // What is answered is a problem document, or what was put there.
        const isOwn = method === 'PUT' || answer.statusCode !== 200 || content === 'escaped';
        expect([path, isOwn]).toEqual([path, true]);
      }
    }
    const written = await readdir(api.folder, { recursive: true, withFileTypes: true });
    const places = written.filter((entry) => entry.isFile()).map((entry) => entry.parentPath);
    const own = `${api.folder}/crunch/p/set`;
    expect(places.filter((place) => place !== own && !place.startsWith(`${own}/`))).toEqual([]);
    expect(places.filter((place) => place.includes('/.crunch'))).toEqual([]);
  });
});
