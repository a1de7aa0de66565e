import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { text } from 'node:stream/consumers';
import express from 'express';
import { serveManual } from './serve-manual.ts';

let server: Server;

beforeAll(async () => {
  const app = express();
  app.set('strict routing', true);
  serveManual(app);
  server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

interface Answer {
  status: number | undefined;
  headers: IncomingMessage['headers'];
  body: string;
}

/** Sends the path as it stands: `fetch` would tidy up its dots. */
async function get(path: string): Promise<Answer> {
  const { port } = server.address() as AddressInfo;
  const [answer] = (await once(request({ port, path, host: '127.0.0.1' }).end(), 'response')) as [IncomingMessage];
  return { status: answer.statusCode, headers: answer.headers, body: await text(answer) };
}

test('the first page lists all pages, itself marked, and its links lead to served pages', async () => {
  const { status, headers, body } = await get('/docs/');
  expect(status).toBe(200);
  expect(headers['content-type']).toBe('text/html; charset=utf-8');
  expect(body).toContain('<a href="/docs/" aria-current="page">Crunch</a>');
  expect(body).toContain('<a href="first-project">First project</a>');
  expect(body).toContain('<a class="back" href="/">');
  expect(body).not.toContain('.md"');
  await expect(get('/docs')).resolves.toMatchObject({ status: 302, headers: { location: '/docs/' } });
});

test('a page has its title, a table of its contents, and anchors', async () => {
  const { body } = await get('/docs/first-project');
  expect(body).toContain('<title>First project · Crunch</title>');
  expect(body).toContain('<li><a href="#fetch-the-results">Fetch the results</a></li>');
  expect(body).toContain('<h2 id="fetch-the-results">');
});

test('no page may run a script or load anything of others', async () => {
  for (const path of ['/docs/', '/docs/first-project', '/docs/none']) {
    const { headers, body } = await get(path);
    expect(headers['content-security-policy']).toBe(
      "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    expect(body).not.toMatch(/<script|style=|https?:\/\/[^"]*\.(css|js)"/);
  }
});

test('the style sheet and images have their types', async () => {
  const style = await get('/docs/style.css');
  expect(style.headers['content-type']).toBe('text/css; charset=utf-8');
  const image = await get('/docs/images/parts.svg');
  expect(image.headers['content-type']).toBe('image/svg+xml');
});

test.each([
  '/docs/none',
  '/docs/first-project.md',
  '/docs/first-project/',
  '/docs/../package.json',
  '/docs/..%2fpackage.json',
  '/docs/%2e%2e/%2e%2e/etc/passwd',
  '/docs/images/../../package.json',
  '/docs/%00',
  '/docs/%ZZ',
  '/docs//etc/passwd',
  '/docs/constructor',
])('%s gives the page of what is missing, and no file', async (path) => {
  const { status, body } = await get(path);
  expect(status).toBe(404);
  expect(body).toContain('<h1 id="there-is-no-such-page">');
  expect(body).toContain('<a href="/docs/">Crunch</a>');
});
