import { once } from 'node:events';
import { createServer, request, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What to do to one answer; undefined leaves it alone. */
export type Fault =
  /** Closes the connection in the middle of the body. */
  | { kind: 'break' }
  /** Sends half of the body, and says that this is all. */
  | { kind: 'shorten' }
  /** Turns one bit of the body. */
  | { kind: 'flip' }
  /** Answers with a status and S3's word for it, without asking the server. */
  | { kind: 'refuse'; status: number; code: string; date?: Date }
  /** Lets the server do its work but drops the connection instead of answering. */
  | { kind: 'lose' };

export interface S3FaultProxy {
  endpoint: string;
  /** Requests so far, as `METHOD path?query`. */
  requests: string[];
  /** Decides about each request. */
  choose: (method: string, path: string, headers: IncomingHttpHeaders) => Fault | undefined;
  stop(): Promise<void>;
}

/** Starts a proxy before an S3 server that harms what is asked of it. */
export async function startS3FaultProxy(serverEndpoint: string): Promise<S3FaultProxy> {
  const server = createServer((incoming, outgoing) => {
    const { method = '', url = '' } = incoming;
    proxy.requests.push(`${method} ${url}`);
    handle(serverEndpoint, incoming, outgoing, proxy.choose(method, url, incoming.headers)).catch(() =>
      outgoing.destroy(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy: S3FaultProxy = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: [],
    choose: () => undefined,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return proxy;
}

async function handle(
  serverEndpoint: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  fault: Fault | undefined,
): Promise<void> {
  if (fault?.kind === 'refuse') {
    incoming.resume();
    const headers = fault.date ? { date: fault.date.toUTCString() } : {};
    outgoing.writeHead(fault.status, headers).end(`<Error><Code>${fault.code}</Code></Error>`);
    return;
  }
  const { method, url, headers } = incoming;
  // The path as it came: a URL object would change it, and with it the signature.
  const { hostname, port } = new URL(serverEndpoint);
  const forwarded = request({ hostname, port, method, path: url, headers });
  incoming.pipe(forwarded);
  const [answer] = (await once(forwarded, 'response')) as [IncomingMessage];
  const body = await readAll(answer);
  if (fault?.kind === 'lose') return void outgoing.destroy();
  answerWith(outgoing, answer, body, fault);
}

function answerWith(outgoing: ServerResponse, answer: IncomingMessage, body: Buffer, fault: Fault | undefined): void {
  const half = body.subarray(0, Math.floor(body.length / 2));
  const headers = { ...answer.headers };
  if (fault?.kind === 'shorten') headers['content-length'] = String(half.length);
  outgoing.writeHead(answer.statusCode ?? 500, headers);
  if (fault?.kind === 'break') outgoing.write(half, () => outgoing.destroy());
  else if (fault?.kind === 'shorten') outgoing.end(half);
  else outgoing.end(fault?.kind === 'flip' ? flipBit(body) : body);
}

function flipBit(body: Buffer): Buffer {
  const harmed = Buffer.from(body);
  harmed[harmed.length - 1]! ^= 1;
  return harmed;
}

async function readAll(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
