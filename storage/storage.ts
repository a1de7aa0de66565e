import type { Readable } from 'node:stream';

/** An object as a listing shows it. */
export interface ObjectEntry {
  /** Relative to the storage's root, `/` between parts, never with a leading `/`. */
  path: string;
  sizeBytes: number;
  /** Opaque; changes whenever the content does (an S3 ETag, a file's identity). Compared for equality only. */
  version: string;
}

/** An object as `stat` shows it. */
export interface ObjectInfo extends ObjectEntry {
  /** Lower-case hex, where the store keeps one. */
  sha256?: string;
}

export interface ReadOptions {
  /** First byte to read; 0 when absent. */
  offset?: number;
  /** Refuses with `precondition-failed` when the object has another version by now. */
  ifVersion?: string;
  signal?: AbortSignal;
}

export interface WriteOptions {
  sizeBytes: number;
  /** Lower-case hex. The write is refused with `storage-corrupt` when the bytes that arrive have another checksum. */
  sha256: string;
  /** Only when the object has this version (a string), doesn't exist (null), or in any case (absent). */
  ifVersion?: string | null;
  signal?: AbortSignal;
}

/**
 * A place where files lie: a bucket's prefix or a folder. Paths were checked with `filePathFault` by every method, so
 * that no path leads out of the root. Every method may throw CrunchError `storage-unavailable` (worth a retry) or
 * `storage-refused` (not worth one).
 */
export interface Storage {
  /** Such as `file:/data/crunch` or `s3://bucket/prefix`; never holds credentials. */
  readonly location: string;

  /** All objects below `prefix` in byte order of their paths, page by page. An unknown prefix lists nothing. */
  list(prefix: string, options?: { signal?: AbortSignal }): AsyncIterable<ObjectEntry>;

  /** Undefined when there is no such object. */
  stat(path: string, options?: { signal?: AbortSignal }): Promise<ObjectInfo | undefined>;

  /** The object's bytes as a stream, which the caller ends. Throws `not-found`. */
  read(path: string, options?: ReadOptions): Promise<Readable>;

  /**
   * Puts an object in place whole or not at all; readers see the old or the new one, never a part.
   * `body` is called once for each attempt and gives `length` bytes from `offset`.
   * Throws `precondition-failed` when `ifVersion` doesn't hold; the old object is then untouched.
   */
  write(path: string, body: BodySource, options: WriteOptions): Promise<{ version: string }>;

  /** Copies inside the storage without the bytes passing through here, where the store can. Throws `not-found`. */
  copy(from: string, to: string, options?: { signal?: AbortSignal }): Promise<void>;

  /** Removing what isn't there is not an error. */
  delete(path: string, options?: { signal?: AbortSignal }): Promise<void>;

  /** Ends connections. */
  close(): Promise<void>;
}

/** Gives the bytes of a body from `offset`, `length` of them; each call gives a new stream. */
export type BodySource = (offset: number, length: number) => Readable;
