import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { CrunchError } from '../shared/errors/crunch-error.ts';

interface Endpoint {
  address: string;
  port: number;
}

export interface PortForwarder {
  /** Cuts all connections and listens no more. */
  stop(): Promise<void>;
}

/** Lets others reach a server that listens on a port of this computer alone. Raises `port-taken`. */
export async function forwardPort(from: Endpoint, to: Endpoint): Promise<PortForwarder> {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  };
  const server = createServer({ allowHalfOpen: true, noDelay: true, keepAlive: true }, (caller) => {
    const target = connect({ host: to.address, port: to.port, allowHalfOpen: true, noDelay: true, keepAlive: true });
    for (const socket of [caller, target]) keep(socket);
    join(caller, target);
    join(target, caller);
  });
  server.listen(from.port, from.address);
  await once(server, 'listening').catch((error: unknown) => {
    throw new CrunchError('port-taken', `Port ${from.port} of ${from.address} is in use: choose another`, {
      cause: error,
    });
  });
  return {
    async stop() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Passes on what comes, at the pace at which it is taken, and the end of it; a break of one is a break of both. */
function join(source: Socket, sink: Socket): void {
  source.pipe(sink);
  source.on('error', () => sink.destroy());
  source.on('close', () => sink.destroySoon());
}
