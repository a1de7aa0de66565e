import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A stretch of network between a client and a server that can be pulled. */
export interface CuttingProxy {
  /** The server's address as it is seen through this. */
  url: string;
  /** Bytes that went to the server so far. */
  sentBytes: number;
  /** Pulls the connection on which the last of the next so many bytes go, whichever way. */
  cutAfterBytes: number;
  /** How often the network was pulled. */
  cuts: number;
  /** Pulls all connections. */
  pull(): void;
  stop(): Promise<void>;
}

/** Starts a proxy that passes bytes on as they are. */
export async function startCuttingProxy(serverUrl: string): Promise<CuttingProxy> {
  const { hostname, port } = new URL(serverUrl);
  const open = new Set<Socket>();
  const server = createServer((incoming) => {
    const outgoing = connect(Number(port), hostname);
    const pull = () => {
      incoming.destroy();
      outgoing.destroy();
    };
    for (const socket of [incoming, outgoing]) {
      open.add(socket);
      socket.once('close', () => open.delete(socket) && pull()).on('error', pull);
    }
    const count = (chunk: Buffer) => {
      proxy.cutAfterBytes -= chunk.length;
      if (proxy.cutAfterBytes > 0) return;
      proxy.cutAfterBytes = Infinity;
      proxy.cuts += 1;
      pull();
    };
    incoming.on('data', (chunk: Buffer) => (proxy.sentBytes += chunk.length)).on('data', count);
    outgoing.on('data', count);
    incoming.pipe(outgoing);
    outgoing.pipe(incoming);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy: CuttingProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sentBytes: 0,
    cutAfterBytes: Infinity,
    cuts: 0,
    pull() {
      proxy.cuts += 1;
      for (const socket of open) socket.destroy();
    },
    async stop() {
      server.close();
      for (const socket of open) socket.destroy();
      await once(server, 'close');
    },
  };
  return proxy;
}
