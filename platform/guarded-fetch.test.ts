import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fetchGuarded } from './guarded-fetch.ts';

let servers: Server[] = [];

afterEach(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  servers = [];
});

/** Starts a server on 127.0.0.1 and returns its `host:port`. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test.each([
  'http://127.0.0.1/',
  'http://127.9.9.9:8080/',
  'http://localhost/',
  'http://0x7f.1/',
  'http://2130706433/',
  'http://017700000001/',
  'http://0.0.0.0/',
  'http://10.1.2.3/',
  'http://172.16.0.1/',
  'http://192.168.1.1/',
  'http://100.64.0.1/',
  'http://169.254.169.254/latest/meta-data/',
  'http://[::1]/',
  'http://[::]/',
  'http://[::ffff:127.0.0.1]/',
  'http://[::ffff:a9fe:a9fe]/',
  'http://[::7f00:1]/',
  'http://[64:ff9b::7f00:1]/',
  'http://[2002:7f00:1::]/',
  'http://[fd00::1]/',
  'http://[fe80::1]/',
  'http://224.0.0.1/',
  'file:///etc/passwd',
  'gopher://127.0.0.1/',
  'ftp://example.com/',
  'data:text/plain,x',
  'https://user:canary@example.com/',
  'not a URL',
])('%s is refused', async (url) => {
  await expect(fetchGuarded(url, { allow: [], maxBytes: 100 })).rejects.toMatchObject({
    code: 'invalid-input',
    message: expect.not.stringContaining('canary'),
  });
});

test('what is fetched from a host in the allow-list comes whole', async () => {
  const host = await serve((request, response) => response.end(`path ${request.url}`));
  const content = await fetchGuarded(`http://${host}/a?b`, { allow: [host], maxBytes: 100 });
  expect(content.toString()).toBe('path /a?b');
});

test('another port of an allowed host is refused', async () => {
  const host = await serve((_request, response) => response.end('x'));
  await expect(fetchGuarded(`http://${host}/`, { allow: ['127.0.0.1:1'], maxBytes: 100 })).rejects.toMatchObject({
    code: 'invalid-input',
  });
});

test('a redirect to an internal address is refused, and never asked', async () => {
  let asked = 0;
  const internal = await serve((_request, response) => response.end(String((asked += 1))));
  const host = await serve((_request, response) => response.writeHead(302, { location: `http://${internal}/` }).end());
  await expect(fetchGuarded(`http://${host}/`, { allow: [host], maxBytes: 100 })).rejects.toMatchObject({
    code: 'invalid-input',
  });
  expect(asked).toBe(0);
});

test('redirects are followed, but not for ever', async () => {
  const host = await serve((request, response) => {
    const left = Number(request.url!.slice(1));
    if (left === 0) response.end('there');
    else response.writeHead(307, { location: `/${left - 1}` }).end();
  });
  const options = { allow: [host], maxBytes: 100 };
  expect((await fetchGuarded(`http://${host}/5`, options)).toString()).toBe('there');
  await expect(fetchGuarded(`http://${host}/6`, options)).rejects.toMatchObject({ code: 'source-unavailable' });
});

test('a name is resolved once, and the connection goes to the address that was checked', async () => {
  const host = await serve((request, response) => response.end(request.headers.host));
  const port = host.split(':')[1];
  const answers = ['127.0.0.1', '127.0.0.99'];
  const content = await fetchGuarded(`http://rebinding.test:${port}/`, {
    allow: ['rebinding.test'],
    maxBytes: 100,
    resolveHost: async () => [{ address: answers.shift()!, family: 4 }],
  });
  expect(content.toString()).toBe(`rebinding.test:${port}`);
  expect(answers).toEqual(['127.0.0.99']);
});

test('one internal address among those of a name is enough to refuse it', async () => {
  const resolveHost = async () => [
    { address: '93.184.215.14', family: 4 },
    { address: '::1', family: 6 },
  ];
  await expect(fetchGuarded('http://mixed.test/', { allow: [], maxBytes: 1, resolveHost })).rejects.toMatchObject({
    code: 'invalid-input',
  });
});

test('size and time have limits', async () => {
  const endless = await serve((_request, response) => {
    response.on('drain', () => response.write('x'.repeat(100_000)));
    response.write('x'.repeat(100_000));
  });
  await expect(fetchGuarded(`http://${endless}/`, { allow: [endless], maxBytes: 1_000_000 })).rejects.toMatchObject({
    code: 'too-large',
  });
  const silent = await serve((_request, response) => void response.write('begun'));
  await expect(
    fetchGuarded(`http://${silent}/`, { allow: [silent], maxBytes: 100, timeoutMs: 100 }),
  ).rejects.toMatchObject({ code: 'source-unavailable', message: expect.stringContaining('too long') });
});

test.each([404, 500])('the answer %i means that the source is not to be had', async (status) => {
  const host = await serve((_request, response) => response.writeHead(status).end());
  await expect(fetchGuarded(`http://${host}/f?sig=canary`, { allow: [host], maxBytes: 1 })).rejects.toMatchObject({
    code: 'source-unavailable',
    message: expect.stringMatching(new RegExp(`/f can't be fetched: it answers ${status}$`)),
  });
});
