import type {
  CallOptions,
  CopyOptions,
  DeleteOptions,
  ObjectBody,
  ObjectContent,
  ObjectEntry,
  ObjectInfo,
  ReadOptions,
  Storage,
  WriteOptions,
} from './storage.ts';
import { CrunchError } from '../shared/errors/crunch-error.ts';
import { throwIfAborted } from '../platform/throw-if-aborted.ts';
import { isReplayable } from './declared-body.ts';
import { pauseAfter, withRetries, type Patience } from './with-retries.ts';

/**
 * A storage that waits while the store behind it is away: calls are made again until they succeed, fail for good, or
 * their signal is aborted. What ends the waiting is the caller's to say.
 */
export class PatientStorage implements Storage {
  readonly location: string;
  readonly #storage: Storage;
  readonly #patience: Patience;

  constructor(storage: Storage, patience: Patience) {
    this.location = storage.location;
    this.#storage = storage;
    this.#patience = patience;
  }

  /** A listing that breaks begins anew, without what it gave before. */
  async *list(prefix: string, options: CallOptions = {}): AsyncGenerator<ObjectEntry> {
    const given = new Set<string>();
    for (let number = 1; ; number++) {
      const paths: string[] = [];
      try {
        for await (const entry of this.#storage.list(prefix, { ...options, patience: this.#patience })) {
          paths.push(entry.path);
          if (!given.has(entry.path)) yield entry;
        }
        this.#patience.succeeded();
        return;
      } catch (error) {
        throwIfAborted(options.signal);
        if (!(error instanceof CrunchError) || !error.retryable) throw error;
        this.#patience.failed(error);
      }
      for (const path of paths) given.add(path);
      await pauseAfter(number, options.signal);
    }
  }

  stat(path: string, options: CallOptions = {}): Promise<ObjectInfo | undefined> {
    return this.#patiently(options, (call) => this.#storage.stat(path, call));
  }

  read(path: string, options: ReadOptions = {}): Promise<ObjectContent> {
    return this.#patiently(options, (call) => this.#storage.read(path, call));
  }

  write(path: string, body: ObjectBody, options: WriteOptions): Promise<{ version: string }> {
    if (!isReplayable(body)) return this.#storage.write(path, body, { ...options, patience: this.#patience });
    return this.#patiently(options, (call) => this.#storage.write(path, body, call));
  }

  copy(from: string, to: string, options: CopyOptions = {}): Promise<void> {
    return this.#patiently(options, (call) => this.#storage.copy(from, to, call));
  }

  delete(path: string, options: DeleteOptions = {}): Promise<void> {
    return this.#patiently(options, (call) => this.#storage.delete(path, call));
  }

  close(): Promise<void> {
    return this.#storage.close();
  }

  /** A store that makes its calls again by itself waits where it is; others are called again as a whole. */
  #patiently<Options extends CallOptions, T>(options: Options, call: (options: Options) => Promise<T>): Promise<T> {
    const patience = this.#patience;
    return withRetries({ signal: options.signal, patience }, () => call({ ...options, patience }));
  }
}
