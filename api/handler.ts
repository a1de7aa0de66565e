import type { Readable } from 'node:stream';
import type { z } from 'zod';
import type { Standing } from '../catalog/access.ts';
import type { Endpoint, EndpointInput, EndpointOutput } from '../shared/contract/endpoint.ts';
import type { Caller } from './auth/caller.ts';
import type { ApiContext } from './context.ts';
import type { Once } from './http/once.ts';

/** Bytes on their way in. */
export interface IncomingBytes {
  stream: Readable;
  sizeBytes: number;
}

/** Bytes on their way out: those from `offset` of a file that has `sizeBytes`, where that is known before its end. */
export interface OutgoingBytes {
  stream: Readable;
  offset: number;
  sizeBytes?: number;
  fileName: string;
  /** Differs when the content does; absent where a download can't go on after it broke. */
  version?: string;
  /** The media type, where an operation has several. */
  type?: string;
  /** Of the whole file, lower-case hex, where somebody knows it. */
  sha256?: string;
}

/** Lines on their way in, as they come. Reading them fails when the connection breaks, or one is not a text. */
export type IncomingLines = AsyncIterable<string>;

/**
 * One event on its way out; a `keep-alive` only shows that the connection lives. By an `id` a reader says after a lost
 * connection what it had.
 */
export type OutgoingEvent<Data = unknown> = { name: string; id?: string; data: Data } | 'keep-alive';

/** One request, parsed. */
export type Call<E extends Endpoint> = Omit<EndpointInput<E>, 'body'> & {
  body: E['body'] extends 'bytes'
    ? IncomingBytes
    : E['body'] extends { lines: unknown }
      ? IncomingLines
      : EndpointInput<E>['body'];
  caller: E['scope'] extends 'public' ? undefined : Caller;
  /** What the caller may do with the thing that the request names, where the contract says that it names one. */
  standing: StandingFor<E['needs']>;
  /** For answers that take long: who the caller is by now, undefined when they may not be answered any more. */
  identifyAgain: E['scope'] extends 'public' ? undefined : () => Promise<Caller | undefined>;
  /** For operations that take an `Idempotency-Key`: through it they do whatever changes anything. */
  once: E['takesKey'] extends true ? Once : undefined;
  /** Aborted when the caller is gone before the answer. */
  signal: AbortSignal;
  /** For downloads: the first byte that is wanted when the file still has the version, else 0. */
  resumeAt(version: string): number;
};

type StandingFor<Needs> = Needs extends { at: 'query.parent' }
  ? Standing | undefined
  : Needs extends { at: infer At }
    ? At extends 'run' | 'attribute' | 'each'
      ? undefined
      : Standing
    : undefined;

/** What a handler gives. */
export type Answer<E extends Endpoint> = E['response'] extends 'bytes'
  ? OutgoingBytes
  : E['response'] extends { lines: infer Part extends z.ZodType } | { features: infer Part extends z.ZodType }
    ? AsyncIterable<z.input<Part>>
    : E['response'] extends { events: infer Data extends z.ZodType }
      ? AsyncIterable<OutgoingEvent<z.input<Data>>>
      : E['response'] extends z.ZodType
        ? EndpointOutput<E>
        : void;

/** Does one operation. What it throws becomes a problem document. */
export type Handler<E extends Endpoint> = (context: ApiContext, call: Call<E>) => Promise<Answer<E>>;

/** A handler for each operation of a part of the contract. */
export type HandlersOf<Endpoints extends Record<string, Endpoint>> = {
  [Name in keyof Endpoints]: Handler<Endpoints[Name]>;
};
