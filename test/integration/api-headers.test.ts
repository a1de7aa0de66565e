import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { API_PREFIX, contract } from '../../shared/contract/index.ts';
import type { Endpoint } from '../../shared/contract/endpoint.ts';
import { AUTH_PREFIX, signInEndpoints } from '../../shared/contract/sign-in.ts';
import { startTestApi, type TestApi } from '../helpers/test-api.ts';
import { describeWith } from '../setup/test-services.ts';

const EXAMPLES = { slug: 'a:b', id: '0197f0a2-5b3c-7d4e-8f90-a1b2c3d4e5f6', name: 'host', sha256: 'f'.repeat(64) };

const ROUTES = [
  ...Object.values<Endpoint>(contract).map(({ method, path }) => [method.toUpperCase(), API_PREFIX + fill(path)]),
  ...Object.values(signInEndpoints).map(({ method, path }) => [method.toUpperCase(), AUTH_PREFIX + path]),
] as [string, string][];

/** What is there without sign-in, and what isn't there. */
const PAGES = ['/', '/projects/x', '/docs', '/docs/', '/docs/security', '/docs/style.css', '/docs/none', '/api/docs'];
const OTHERS = ['/api/docs-assets/swagger-ui.css', '/api/docs-assets/none', '/api/v1/openapi.json', '/assets/none'];

function fill(path: string): string {
  const examples: Record<string, string> = { ...EXAMPLES, 'path*': 'x' };
  return path.replace(/\{([\w*]+)\}/g, (_, name: string) => examples[name] ?? '');
}

await describeWith('postgres', 'the headers of every answer', ({ url: databaseUrl }) => {
  let api: TestApi;
  let proxied: TestApi;
  let authorization: string;

  beforeAll(async () => {
    api = await startTestApi({ databaseUrl });
    proxied = await startTestApi({ databaseUrl, trustedProxies: ['127.0.0.1'] });
    authorization = `Bearer ${await api.makeToken()}`;
  });
  afterAll(() => Promise.all([api.stop(), proxied.stop()]));

  async function ask(method: string, path: string, headers: Record<string, string> = {}, url = api.url) {
    const aborting = new AbortController();
    const init = { method, headers, redirect: 'manual', signal: aborting.signal } as const;
    const response = await fetch(url + path, init);
    // Events would never end.
    aborting.abort();
    return response;
  }

  function expectProtection(headers: Headers): void {
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/(^|; )default-src 'none'(;|$)/);
    expect(policy).toMatch(/(^|; )frame-ancestors 'none'(;|$)/);
    expect(policy).toMatch(/(^|; )base-uri 'none'(;|$)/);
    expect(policy).not.toMatch(/unsafe|\*|http:/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('server')).toBeNull();
    expect(headers.get('access-control-allow-origin')).toBeNull();
  }

  test.each(ROUTES)('%s %s, allowed and refused', async (method, path) => {
    for (const headers of [{ authorization }, {}, { authorization: 'Bearer x' }]) {
      const answer = await ask(method, path, headers as Record<string, string>);
      expectProtection(answer.headers);
      expect([answer.status, answer.headers.get('cache-control')]).toEqual([expect.any(Number), 'no-store']);
      expect(answer.headers.get('x-request-id')).toMatch(/^[\w.-]+$/);
    }
  });

  test.each([...PAGES, ...OTHERS])('%s, to look at and otherwise', async (path) => {
    for (const method of ['GET', 'HEAD', 'POST', 'OPTIONS']) {
      const { headers } = await ask(method, path);
      expectProtection(headers);
      expect(headers.get('cache-control')).toBe('no-store');
    }
  });

  test('only files whose name changes with their content are kept by browsers', async () => {
    const page = await (await fetch(`${api.url}/`)).text();
    const assets = Array.from(page.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g), ([, path = '']) => path);
    expect(assets.length).toBeGreaterThan(1);
    for (const path of assets) {
      const { headers } = await ask('GET', path);
      expectProtection(headers);
      expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    }
  });

  test.each([
    ['what is no request', 'NONSENSE\r\n\r\n', 400],
    ['headers that are too large', `GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`, 431],
    ['a header that breaks its line', 'GET / HTTP/1.1\r\nhost: x\r\nbad header: \0\r\n\r\n', 400],
    ['two lengths', 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n', 400],
  ])('%s', async (_, request, status) => {
    const socket = connect(api.port, '127.0.0.1').setEncoding('utf8');
    socket.write(request);
    const answer = await text(socket);
    const [head = '', body = ''] = answer.split('\r\n\r\n', 2);
    const [first = '', ...lines] = head.split('\r\n');
    expect(first).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    const headers = new Headers(lines.map((line) => line.split(': ', 2) as [string, string]));
    expectProtection(headers);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(JSON.parse(body)).toMatchObject({ status, requestId: headers.get('x-request-id') });
  });

  test('https is insisted on where the browser speaks it, as a trusted proxy says', async () => {
    const headers = { 'x-forwarded-proto': 'https' };
    for (const path of ['/', '/docs/', '/api/docs', '/api/v1/projects', '/api/auth/get-session']) {
      const secure = await ask('GET', path, headers, proxied.url);
      expect(secure.headers.get('strict-transport-security')).toBe('max-age=31536000; includeSubDomains');
      expect((await ask('GET', path, {}, proxied.url)).headers.get('strict-transport-security')).toBeNull();
      expect((await ask('GET', path, headers)).headers.get('strict-transport-security')).toBeNull();
    }
  });
});
