import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startDnsStub, type DnsStub } from '../test/helpers/dns-stub.ts';
import { fetchGuarded } from './guarded-fetch.ts';

/** Looks public, and is given to nobody: no packet to it arrives anywhere. */
const PUBLIC = '2d00::1';
const REFUSED = { code: 'invalid-input', message: expect.stringContaining('not an address of the public internet') };

let dns: DnsStub;
let servers: Server[];
/** How often the server's own network was asked, at `inside`. */
let asked: number;
let inside: number;

async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

beforeEach(async () => {
  servers = [];
  asked = 0;
  inside = await serve((_request, response) => {
    asked += 1;
    response.end('secret');
  });
  dns = await startDnsStub({
    'inside.test': [['127.0.0.1']],
    'metadata.test': [['169.254.169.254']],
    'mapped.test': [['::ffff:127.0.0.1']],
    'mixed.test': [[PUBLIC, '127.0.0.1']],
    'rebinding.test': [[PUBLIC], ['127.0.0.1']],
    'outside.test': [['127.0.0.1']],
  });
});

afterEach(() => {
  dns.stop();
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

function get(url: string, allow: string[] = []) {
  return fetchGuarded(url, { allow, maxBytes: 100, timeoutMs: 2_000, resolveHost: dns.resolveHost });
}

const names = ['inside.test', 'metadata.test', 'mapped.test', 'mixed.test'];

test.each(names)('a URL whose host is %s is refused for its address', async (name) => {
  await expect(get(`http://${name}:${inside}/`)).rejects.toMatchObject(REFUSED);
  expect([dns.asked, asked]).toEqual([[name], 0]);
});

test.each(names)('a redirect to %s is refused for its address', async (name) => {
  const outside = await serve((_request, response) => {
    response.writeHead(302, { location: `http://${name}:${inside}/` }).end();
  });
  await expect(get(`http://outside.test:${outside}/`, ['outside.test'])).rejects.toMatchObject(REFUSED);
  expect([dns.asked, asked]).toEqual([['outside.test', name], 0]);
});

test('a name that leads inside when it is asked again is not asked again', async () => {
  await expect(get(`http://rebinding.test:${inside}/`)).rejects.toMatchObject({ code: 'source-unavailable' });
  expect([dns.asked, asked]).toEqual([['rebinding.test'], 0]);
  // It does lead there: the next one who asks is refused.
  await expect(get(`http://rebinding.test:${inside}/`)).rejects.toMatchObject(REFUSED);
});

test('nor is one to which a redirect leads', async () => {
  const first = await serve((_request, response) => {
    response.writeHead(307, { location: `http://rebinding.test:${inside}/` }).end();
  });
  await expect(get(`http://outside.test:${first}/`, ['outside.test'])).rejects.toMatchObject({
    code: 'source-unavailable',
  });
  expect([dns.asked, asked]).toEqual([['outside.test', 'rebinding.test'], 0]);
});
