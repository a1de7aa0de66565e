import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { forwardPort, type PortForwarder } from './forward-port.ts';
import { findFreePort } from './free-port.ts';

const ADDRESS = '127.0.0.1';

let echo: Server;
let forwarder: PortForwarder;
let port: number;
const served = new Set<Socket>();

beforeEach(async () => {
  echo = createServer({ allowHalfOpen: true }, (socket) => {
    served.add(socket);
    socket.on('error', () => {});
    socket.pipe(socket);
  });
  echo.listen(0, ADDRESS);
  await once(echo, 'listening');
  port = await findFreePort();
  const target = { address: ADDRESS, port: (echo.address() as AddressInfo).port };
  forwarder = await forwardPort({ address: ADDRESS, port }, target);
});

afterEach(async () => {
  await forwarder.stop();
  for (const socket of served) socket.destroy();
  echo.close();
});

test('bytes go both ways, and the ends of both directions', async () => {
  const socket = connect({ port, host: ADDRESS, allowHalfOpen: true });
  const sent = Buffer.alloc(5_000_000, 'crunch');
  socket.end(sent);
  expect((await buffer(socket)).equals(sent)).toBe(true);
});

test('a server that breaks the connection breaks it for the caller', async () => {
  const socket = connect({ port, host: ADDRESS });
  socket.write('x');
  await once(socket, 'data');
  for (const one of served) one.resetAndDestroy();
  await once(socket, 'close');
  expect(socket.destroyed).toBe(true);
});

test('stopping cuts what is connected, and frees the port', async () => {
  const socket = connect({ port, host: ADDRESS });
  socket.write('x');
  await once(socket, 'data');
  const closed = once(socket, 'close');
  await forwarder.stop();
  await closed;
  expect(socket.destroyed).toBe(true);
  forwarder = await forwardPort({ address: ADDRESS, port }, { address: ADDRESS, port: 9 });
});

test('a port in use is named', async () => {
  await expect(forwardPort({ address: ADDRESS, port }, { address: ADDRESS, port: 9 })).rejects.toMatchObject({
    code: 'port-taken',
    message: expect.stringContaining(String(port)),
  });
});
