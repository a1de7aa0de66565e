import type { ClientRequest, IncomingMessage } from 'node:http';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Readable } from 'node:stream';
import { finished, pipeline } from 'node:stream';
import type { HttpAgents } from './http-agents.ts';

/** A connection on which nothing moves for so long is dead. */
export const IDLE_TIMEOUT_MS = 60_000;

/** Before a body of this size the server is asked, so that a refusal doesn't come after gigabytes were sent. */
const ASK_FIRST_BYTES = 2 * 1024 * 1024;

/** Servers that don't know the question get the body after this time. */
const ASK_TIMEOUT_MS = 3_000;

/** An error document longer than this is cut. */
const REFUSAL_BYTES = 16 * 1024;

export interface RequestBody {
  open: () => Readable;
  sizeBytes: number;
  /** Whether a request that fails because an idle connection was closed meanwhile can be sent again. */
  replayable: boolean;
}

export interface OutgoingRequest {
  method: string;
  url: URL;
  /** The path with its query, where it must go out exactly as it was signed; the URL's when absent. */
  path?: string;
  headers: Record<string, string>;
  body?: RequestBody;
  agents: HttpAgents;
  signal?: AbortSignal;
}

/**
 * Sends one request for bytes and resolves with the answer's head, whatever its status, which may come before the body
 * is through. A good answer's stream has to be read, another one given to `readRefusal`. Rejects with the network's own
 * errors and the body's.
 */
export function sendRequest(request: OutgoingRequest): Promise<IncomingMessage> {
  const { body } = request;
  const outgoing = prepare(request);
  return new Promise((resolve, reject) => {
    let response: IncomingMessage | undefined;
    outgoing.on('response', (incoming) => {
      response = incoming;
      // What is left of the body is for nobody, and the connection of no use to others.
      if ((incoming.statusCode ?? 500) >= 300) {
        finished(incoming, () => !outgoing.writableFinished && outgoing.destroy());
      }
      resolve(incoming);
    });
    outgoing.on('error', reject);
    outgoing.setTimeout(IDLE_TIMEOUT_MS, () => {
      // Bytes that wait to be read show that the reader is slow, not the server.
      if (!response?.readableLength) outgoing.destroy(new Error('the server fell silent'));
    });
    if (!body || body.sizeBytes === 0) outgoing.end();
    else whenAsked(outgoing, () => pipeline(body.open(), outgoing, (error) => error && !response && reject(error)));
  });
}

/** The beginning of an answer that is no success, and the end of its connection. */
export async function readRefusal(response: IncomingMessage): Promise<string> {
  let text = '';
  try {
    for await (const chunk of response) {
      text += String(chunk);
      if (text.length > REFUSAL_BYTES) break;
    }
  } catch {
    // The status says enough.
  }
  return text;
}

function prepare({ method, url, path, headers, body, agents, signal }: OutgoingRequest): ClientRequest {
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  const all = { ...headers };
  if (body) all['content-length'] = String(body.sizeBytes);
  if (body && body.sizeBytes >= ASK_FIRST_BYTES) all['expect'] = '100-continue';
  return send({
    protocol: url.protocol,
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port,
    method,
    path: path ?? url.pathname + url.search,
    headers: all,
    // A body that can't be sent again doesn't go over an idle connection, which the server may be just closing.
    agent: body?.replayable === false ? false : agents.of(url.protocol),
    signal,
  });
}

/** Calls `send` when the server is ready for a large body; not at all when it answers at once, with a refusal. */
function whenAsked(outgoing: ClientRequest, send: () => void): void {
  if (!outgoing.hasHeader('expect')) return send();
  const timer = setTimeout(send, ASK_TIMEOUT_MS);
  outgoing.once('continue', () => {
    clearTimeout(timer);
    send();
  });
  outgoing.once('response', () => clearTimeout(timer));
  outgoing.once('error', () => clearTimeout(timer));
}
