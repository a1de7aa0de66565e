import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CrunchError, messageOf } from '../shared/errors/crunch-error.ts';
import type { ApiContext } from './context.ts';
import { createApp } from './create-app.ts';
import { limitStreams } from './events/limit-streams.ts';
import { refuseBrokenRequests } from './http/refuse-broken-requests.ts';
import { limitImports } from './import/limit-imports.ts';

export interface ServerOptions extends Omit<ApiContext, 'stopping' | 'streams' | 'imports'> {
  /** The address to listen on, such as 127.0.0.1. */
  host: string;
  /** 0 takes any free one. */
  port: number;
}

export interface RunningServer {
  url: string;
  port: number;
  /** Lets requests in hand end for up to 10 s; those that wait for news are answered at once. Safe to call twice. */
  stop(): Promise<void>;
}

const STOP_PATIENCE_MS = 10_000;

/** A connection on which nothing moves for so long is dead; calls that wait for news are answered sooner. */
const IDLE_TIMEOUT_MS = 120_000;

/** Starts to answer HTTP. Throws `port-taken` for a port on which another program listens. */
export async function startServer({ host, port, ...parts }: ServerOptions): Promise<RunningServer> {
  const stopping = new AbortController();
  const limits = { streams: limitStreams(), imports: limitImports() };
  const server = createServer(createApp({ ...parts, stopping: stopping.signal, ...limits }));
  // An upload may take hours; what counts is that it moves.
  server.requestTimeout = 0;
  server.setTimeout(IDLE_TIMEOUT_MS);
  refuseBrokenRequests(server);
  await listen(server, host, port);
  server.on('request', (_request, response) => {
    response.once('close', () => {
      if (stopping.signal.aborted) server.closeIdleConnections();
    });
  });
  const bound = (server.address() as AddressInfo).port;
  let end: Promise<void> | undefined;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    port: bound,
    stop: () => (end ??= close(server, stopping)),
  };
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(translate(error, host, port)));
    server.listen(port, host, resolve);
  });
}

function translate(error: NodeJS.ErrnoException, host: string, port: number): CrunchError {
  if (error.code === 'EADDRINUSE') {
    const message = `Another program listens on port ${port} of ${host}. Stop it, or choose another port.`;
    return new CrunchError('port-taken', message, { cause: error });
  }
  return new CrunchError('invalid-input', `Can't listen on port ${port} of ${host}: ${messageOf(error)}.`, {
    cause: error,
  });
}

async function close(server: Server, stopping: AbortController): Promise<void> {
  stopping.abort();
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  const impatience = setTimeout(() => server.closeAllConnections(), STOP_PATIENCE_MS);
  await closed;
  clearTimeout(impatience);
}
