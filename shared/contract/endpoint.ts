import type { z } from 'zod';
import type { Right } from '../domain/project-role.ts';
import type { ErrorCode } from '../errors/error-codes.ts';

/**
 * What a token may do, from least to most: look; change the catalog; queue, retry, cancel and pause; work as
 * a host; everything. `read < edit < operate < admin`; `host` stands apart and includes `read`.
 */
export const SCOPES = ['read', 'edit', 'operate', 'host', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/**
 * Where a request names the thing in whose project a right is needed; the router asks for it, before the handler.
 * `run` and `attribute`: the request has the id of one, and the handler asks. `each`: the operation is for many things, and the handler
 * takes only those in whose projects the caller has the right.
 */
export type Place =
  'params.slug' | 'query.parent' | 'body.project' | 'body.parent' | 'body.item' | 'run' | 'attribute' | 'each';

/** A right in a project. Whoever only visits needs no sign-in: `visit` is open to the world, for public projects. */
export interface ProjectNeed {
  may: Right;
  at: Place;
  /** A host's token may do it too, where it may look. */
  hosts?: true;
  /** Fields of the body that need more. */
  fields?: Record<string, Right>;
}

/** What somebody has to be: anybody at all; known; a member of the server; a host's or an admin's token; an admin. */
export interface SiteNeed {
  be: 'anybody' | 'known' | 'member' | 'host' | 'admin';
}

/** One operation of the HTTP API as plain data: it validates, documents and types both ends. */
export interface Endpoint {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** Below `/api/v1`, with `{name}` for a parameter; `{name*}` takes the rest of the path. */
  path: string;
  summary: string;
  /**
   * What a token must allow. `account` is for whoever is signed in, and for tokens of the scope `admin`; `public` needs
   * neither.
   */
  scope: Scope | 'account' | 'public';
  /** What the caller must be, or may do in a project, besides. */
  needs: ProjectNeed | SiteNeed;
  params?: z.ZodObject;
  query?: z.ZodObject;
  /** Those that it takes besides the ones of HTTP itself, by their names in lower case. */
  headers?: z.ZodObject;
  /** It takes an `Idempotency-Key`: sent again under the same key, it gives the same and does nothing. */
  takesKey?: true;
  /** A JSON body; `'bytes'` is a stream of bytes, `lines` one of JSON documents. */
  body?: z.ZodType | 'bytes' | { lines: z.ZodType };
  /**
   * A JSON answer; `'bytes'` is a stream of bytes, `lines` one of JSON documents, `features` one GeoJSON
   * FeatureCollection of them, `events` one of events; absent means 204 with nothing.
   */
  response?: z.ZodType | 'bytes' | { lines: z.ZodType } | { features: z.ZodType } | { events: z.ZodType };
  /** Which a response that is bytes may have, the first unless its handler says so; `application/octet-stream` when absent. */
  mediaTypes?: readonly [string, ...string[]];
  /** The answer has a field `version`, and an ETag, by which `If-None-Match` is answered. */
  versioned?: true;
  /** The status of a good answer; 200, or 204 without a response. */
  status?: number;
  /** The errors that it can end with besides those that follow from its shape (`errorsOf`). */
  errors?: readonly ErrorCode[];
}

type OutputOf<T> = T extends z.ZodType ? z.output<T> : undefined;
type InputOf<T> = T extends z.ZodType ? z.input<T> : undefined;

/** Whether a body is read by the handler itself, as it comes. */
export function isStreamed(body: Endpoint['body']): body is 'bytes' | { lines: z.ZodType } {
  return body === 'bytes' || (body !== undefined && 'lines' in body);
}

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
