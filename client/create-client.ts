import type { z } from 'zod';
import { contract, type Contract, type OperationName } from '../shared/contract/index.ts';
import type { Endpoint, EndpointArguments, EndpointOutput } from '../shared/contract/endpoint.ts';
import { CrunchError } from '../shared/errors/crunch-error.ts';
import { makeKey } from './make-key.ts';
import { makeUrl, normalizeServerUrl } from './make-url.ts';
import { readAnswer } from './read-answer.ts';
import { sendLines } from './send-lines.ts';
import { sendWithRetries } from './send-with-retries.ts';

export interface ClientOptions {
  /** The server's address, such as `https://crunch.example.org`; `/api/v1` is added. */
  url: string;
  /** Without one, only public operations work. */
  token?: string;
  /** Instead of the global `fetch`. */
  fetch?: typeof fetch;
  /** How long to wait before each further attempt of a request that is safe to repeat. */
  retryDelaysMs?: readonly number[];
}

export interface CallOptions {
  signal?: AbortSignal;
  /**
   * For operations that take one: the same key for the same request, sent again from another process, gives the same
   * and does nothing. One is made for each call when absent.
   */
  idempotencyKey?: string;
}

/** The bytes of a file to send. */
export interface Upload {
  sizeBytes: number;
  /** Called once for each attempt; browsers send a `Blob`, which a `File` is. */
  open: () => ReadableStream<Uint8Array> | Blob;
}

/** What is sent as a stream: bytes, or documents as they are made, which browsers can't send. */
type StreamedBody<E extends Endpoint> = E['body'] extends 'bytes'
  ? { body: Upload }
  : E['body'] extends { lines: infer Line extends z.ZodType }
    ? { body: AsyncIterable<z.input<Line>> }
    : unknown;

type RequiredPart<A> = { [K in keyof A as undefined extends A[K] ? never : {} extends A[K] ? never : K]: A[K] };
type OptionalPart<A> = {
  [K in keyof A as A[K] extends undefined ? never : undefined extends A[K] ? K : {} extends A[K] ? K : never]?: A[K];
};

/** What an operation is given: `params`, `query`, `headers` and `body`, each only where it has one. */
export type CallArguments<E extends Endpoint> = RequiredPart<EndpointArguments<E>> &
  OptionalPart<EndpointArguments<E>> &
  StreamedBody<E>;

/**
 * What an operation gives: the contract's answer, the bytes of a file, of lines or of features, or the data of events until the
 * server ends.
 */
export type CallResult<E extends Endpoint> = E['response'] extends 'bytes'
  ? ReadableStream<Uint8Array>
  : E['response'] extends { lines: unknown } | { features: unknown }
    ? ReadableStream<Uint8Array>
    : E['response'] extends { events: infer Data extends z.ZodType }
      ? AsyncGenerator<z.output<Data>>
      : EndpointOutput<E>;

type Call<E extends Endpoint> =
  {} extends CallArguments<E>
    ? (input?: CallArguments<E>, options?: CallOptions) => Promise<CallResult<E>>
    : (input: CallArguments<E>, options?: CallOptions) => Promise<CallResult<E>>;

/** A method for each operation of the contract. All throw CrunchError, with the server's code and words. */
export type CrunchClient = { readonly [Name in OperationName]: Call<Contract[Name]> };

interface Input {
  params?: Record<string, unknown>;
  query?: Record<string, unknown>;
  headers?: Record<string, string>;
  body?: unknown;
}

const RETRY_DELAYS_MS = [200, 800, 2000];

/**
 * Makes a client of a Crunch server. Requests that are safe to repeat (GET, PUT, DELETE, and with a key of its own each
 * POST that takes one) are repeated a few times when the network fails or the server says 503.
 */
export function createClient(options: ClientOptions): CrunchClient {
  const server = normalizeServerUrl(options.url);
  const send = options.fetch ?? fetch;
  const delaysMs = options.retryDelaysMs ?? RETRY_DELAYS_MS;

  async function call(endpoint: Endpoint, input: Input = {}, given: CallOptions = {}): Promise<unknown> {
    const url = makeUrl(server, endpoint, input);
    const headers = makeHeaders(endpoint, input, given, options.token);
    const makeRequest = () => new Request(url, makeInit(endpoint, input.body, headers, given.signal));
    const response = await sendWithRetries(makeRequest, { send, server, delaysMs });
    return readAnswer(response, endpoint, server);
  }

  const methods = Object.entries<Endpoint>(contract).map(([name, endpoint]) => [
    name,
    (input?: Input, callOptions?: CallOptions) => call(endpoint, input, callOptions),
  ]);
  return Object.freeze(Object.fromEntries(methods)) as CrunchClient;
}

/** The same for each attempt at one call. */
function makeHeaders(
  { takesKey }: Endpoint,
  { headers: own }: Input,
  { idempotencyKey = makeKey() }: CallOptions,
  token?: string,
): Headers {
  const headers = new Headers({
    ...own,
    accept: 'application/json, application/problem+json, application/octet-stream, text/event-stream',
  });
  if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
  if (takesKey) headers.set('idempotency-key', idempotencyKey);
  return headers;
}

function makeInit(endpoint: Endpoint, body: unknown, common: Headers, signal?: AbortSignal): RequestInit {
  const headers = new Headers(common);
  // A redirected POST would become a GET, and a redirect elsewhere would take the token along.
  const init: RequestInit = { method: endpoint.method.toUpperCase(), headers, signal, redirect: 'error' };
  if (endpoint.body === undefined) return init;
  if (endpoint.body === 'bytes') {
    const { sizeBytes, open } = body as Upload;
    headers.set('content-type', 'application/octet-stream');
    headers.set('content-length', String(sizeBytes));
    // Not every library of types knows the field, which a stream as body needs.
    const streamed: RequestInit & { duplex: 'half' } = { ...init, body: open(), duplex: 'half' };
    return streamed;
  }
  if (endpoint.body !== undefined && 'lines' in endpoint.body) {
    headers.set('content-type', 'application/x-ndjson');
    const streamed: RequestInit & { duplex: 'half' } = {
      ...init,
      body: sendLines(body as AsyncIterable<unknown>),
      duplex: 'half',
    };
    return streamed;
  }
  if (body === undefined) throw new CrunchError('invalid-input', `${endpoint.summary}: the body is missing`);
  headers.set('content-type', 'application/json');
  return { ...init, body: JSON.stringify(body) };
}
