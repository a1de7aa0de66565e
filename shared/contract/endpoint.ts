import type { z } from 'zod';

/**
 * What a token may do, from least to most: look; change the catalog; queue, retry and cancel; work as a host;
 * everything. `read < edit < operate < admin`; `host` stands apart and includes `read`.
 */
export const SCOPES = ['read', 'edit', 'operate', 'host', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/**
 * What an operation asks of a caller: a scope; `queue`, which those who operate and hosts have; or `account`, which
 * whoever is signed in has, and no token but an admin's.
 */
export type Need = Scope | 'queue' | 'account';

/** One operation of the HTTP API as plain data: it validates, documents and types both ends. */
export interface Endpoint {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** Below `/api/v1`, with `{name}` for a parameter; `{name*}` takes the rest of the path. */
  path: string;
  summary: string;
  /** What the caller's token must allow; `public` needs none. */
  scope: Need | 'public';
  params?: z.ZodObject;
  query?: z.ZodObject;
  /** Those that it takes besides the ones of HTTP itself, by their names in lower case. */
  headers?: z.ZodObject;
  /** A JSON body; `'bytes'` is a stream of bytes. */
  body?: z.ZodType | 'bytes';
  /**
   * A JSON answer; `'bytes'` is a stream of bytes, `lines` one of JSON documents, `events` one of events; absent means
   * 204 with nothing.
   */
  response?: z.ZodType | 'bytes' | { lines: z.ZodType } | { events: z.ZodType };
  /** The status of a good answer; 200, or 204 without a response. */
  status?: number;
}

type OutputOf<T> = T extends z.ZodType ? z.output<T> : undefined;
type InputOf<T> = T extends z.ZodType ? z.input<T> : undefined;

/** What a handler gets: parsed. */
export interface EndpointInput<E extends Endpoint> {
  params: OutputOf<E['params']>;
  query: OutputOf<E['query']>;
  headers: OutputOf<E['headers']>;
  body: OutputOf<E['body']>;
}

/** What a caller gives: before parsing, so that defaults may be left out. */
export interface EndpointArguments<E extends Endpoint> {
  params: InputOf<E['params']>;
  query: InputOf<E['query']>;
  headers: InputOf<E['headers']>;
  body: InputOf<E['body']>;
}

/** What a caller gets back. */
export type EndpointOutput<E extends Endpoint> = OutputOf<E['response']>;
