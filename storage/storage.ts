import type { Readable } from 'node:stream';
import type { Patience } from './with-retries.ts';

/** An object as a listing shows it. */
export interface ObjectEntry {
  /** Relative to the storage's root, `/` between parts, never with a leading `/`. */
  path: string;
  sizeBytes: number;
  /** Opaque; changes whenever the content does (an S3 ETag, a file's identity). Compared for equality only. */
  version: string;
}

/** An object as `stat` and `read` show it. */
export interface ObjectInfo extends ObjectEntry {
  /** Lower-case hex, where the store keeps one. */
  sha256?: string;
}

/** An object that is being read. */
export interface ObjectContent {
  info: ObjectInfo;
  /** The bytes from the asked offset to the end; whoever asked reads it to its end or destroys it. */
  stream: Readable;
}

/**
 * The bytes of an object to write. A function gives the whole body as a new stream on each call, so that a write that
 * failed half-way can be tried again. A bare stream (an HTTP request's body) can be read only once: a write that fails
 * after reading from it is not tried again, but throws `storage-unavailable`, and the sender has to send again.
 */
export type ObjectBody = Uint8Array | Readable | (() => Readable);

export interface CallOptions {
  signal?: AbortSignal;
  /** Of who waits for a store that is away; without it a call is given up after some ten seconds. */
  patience?: Patience;
}

export interface ReadOptions extends CallOptions {
  /** First byte to read; 0 when absent. */
  offset?: number;
  /** Throws `precondition-failed` when the object has another version by now. */
  ifVersion?: string;
}

export interface WriteOptions extends CallOptions {
  sizeBytes: number;
  /** Lower-case hex. */
  sha256: string;
  /** Only when the object has this version (a string), doesn't exist (null), or in any case (absent). */
  ifVersion?: string | null;
}

export interface CopyOptions extends CallOptions {
  /** Throws `precondition-failed` when `from` has another version by now. */
  ifVersion?: string;
}

export interface DeleteOptions extends CallOptions {
  /** Throws `precondition-failed`, and removes nothing, when the object has another version by now. */
  ifVersion?: string;
}

/** A request which whoever has it may send to the store until it expires, within minutes. Never log it. */
export interface PresignedRequest {
  url: string;
  /** To be sent as they are: the signature covers them. */
  headers: Record<string, string>;
}

/** A write in parts that is under way. */
export interface PartedWrite {
  path: string;
  uploadId: string;
}

/** A part that is to be written. */
export interface Part {
  /** Counts from 1. */
  number: number;
  sizeBytes: number;
  /** Lower-case hex. */
  sha256: string;
}

/** A part that the store has. */
export interface WrittenPart {
  number: number;
  /** Lower-case hex. */
  sha256: string;
  /** What the store calls it. */
  etag: string;
}

/**
 * What a store can do for somebody who has no credentials for it: requests signed for one object, one method and, for
 * writes, for these very bytes and this condition. Methods throw as those of `Storage` do.
 */
export interface Presigner {
  /** Whoever has it may add a range and the version that is wanted. */
  read(path: string): Promise<PresignedRequest>;
  write(path: string, options: WriteOptions): Promise<PresignedRequest>;
  writePart(write: PartedWrite, part: Part): Promise<PresignedRequest>;
}

/** Writes of large objects in parts, each of which is sent by itself. */
export interface PartedWriter {
  /** Objects that are larger than this have to be written in parts. */
  readonly largestWholeBytes: number;
  start(path: string, options: CallOptions & { sha256: string }): Promise<PartedWrite>;
  write(write: PartedWrite, part: Part, body: ObjectBody, options?: CallOptions): Promise<WrittenPart>;
  /**
   * Puts the object in place, whole. Throws `precondition-failed` when `ifVersion` doesn't hold and `storage-corrupt`
   * when the parts don't make up `sizeBytes`; the old object is then untouched.
   */
  finish(write: PartedWrite, parts: WrittenPart[], options: PartedEnd): Promise<{ version: string }>;
  /** Removes the parts as well as it can. */
  discard(write: PartedWrite): Promise<void>;
}

export type PartedEnd = Pick<WriteOptions, 'sizeBytes' | 'ifVersion' | 'signal'>;

/**
 * A place where files lie: a bucket's prefix or a folder. Storage knows files only: an empty folder is not kept.
 *
 * Every method checks its paths with `filePathFault` and throws `invalid-input`, so that no path leads out of the root.
 * Every method may throw `storage-unavailable` (worth a retry), `storage-refused` (not worth one), and `interrupted`
 * when its signal is aborted.
 */
export interface Storage {
  /** Such as `file:/data/crunch` or `s3://bucket/prefix`; never holds credentials. */
  readonly location: string;

  /** Absent where the store can't. */
  readonly presign?: Presigner;

  /** Absent where an object of any size is written at once. */
  readonly parts?: PartedWriter;

  /**
   * All objects below the folder `prefix` (all of them for an empty prefix), page by page, in no order that may be
   * relied on. An unknown prefix lists nothing. Paths are given as they are stored, evil ones too.
   */
  list(prefix: string, options?: CallOptions): AsyncIterable<ObjectEntry>;

  /** Undefined when there is no such object. */
  stat(path: string, options?: CallOptions): Promise<ObjectInfo | undefined>;

  /** Throws `not-found`. The stream fails with `storage-unavailable` when it ends before its time. */
  read(path: string, options?: ReadOptions): Promise<ObjectContent>;

  /**
   * Puts an object in place whole or not at all; readers see the old or the new one, never a part.
   * Throws `precondition-failed` when `ifVersion` doesn't hold and `storage-corrupt` when the body has another size or
   * checksum than declared; the old object is then untouched.
   */
  write(path: string, body: ObjectBody, options: WriteOptions): Promise<{ version: string }>;

  /** Copies inside the storage, over what is at `to`; the bytes don't pass through here. Throws `not-found`. */
  copy(from: string, to: string, options?: CopyOptions): Promise<void>;

  /** Removing what isn't there is not an error. */
  delete(path: string, options?: DeleteOptions): Promise<void>;

  /** Ends connections. */
  close(): Promise<void>;
}
