import type { LeaseTicket } from '../shared/contract/lease-files.ts';
import { CrunchError } from '../shared/errors/crunch-error.ts';
import { ByteChannel, type LeaseFilePath } from './api/byte-channel.ts';
import type { JsonOperation, LeaseInput, LeaseOutput, LeaseServer } from './api/lease-server.ts';
import { readLines } from './api/read-lines.ts';
import { storageError } from './api/server-error.ts';
import { TicketHolder } from './api/ticket-holder.ts';
import { assertPath, folderPrefix } from './assert-path.ts';
import { isReplayable } from './declared-body.ts';
import { putParts } from './put-parts.ts';
import { settleWrite } from './settle-write.ts';
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
import { withRetries } from './with-retries.ts';

export interface ApiStorageOptions {
  server: LeaseServer;
  /** The dataset's folder: nothing else can be reached. */
  basePath: string;
  /** Whether the store itself can be reached from here; bytes then go there by requests that the server signs. */
  reachesStore: boolean;
}

/**
 * The files of one dataset, for a host that holds its lease and knows nothing but the server. Where the store signs
 * requests and can be reached, bytes go there; else they go through the server.
 */
export class ApiStorage implements Storage {
  readonly location: string;
  readonly #server: LeaseServer;
  readonly #tickets: TicketHolder;
  readonly #bytes: ByteChannel;
  /** Ends in a slash. */
  readonly #prefix: string;

  constructor({ server, basePath, reachesStore }: ApiStorageOptions) {
    this.location = server.location;
    this.#server = server;
    this.#tickets = new TicketHolder(server);
    this.#bytes = new ByteChannel(server, { reachesStore });
    this.#prefix = folderPrefix(basePath);
  }

  async *list(prefix: string, options: CallOptions = {}): AsyncGenerator<ObjectEntry> {
    const folder = folderPrefix(prefix);
    if (!folder.startsWith(this.#prefix)) throw outside(prefix);
    const query = folder === this.#prefix ? {} : { folder: this.#relative(folder.slice(0, -1)) };
    const stream = await this.#try(prefix, options, (ticket) => this.#bytes.list(ticket, query, options));
    try {
      // The server's answers are held to the contract by the server.
      for await (const entry of readLines(stream) as AsyncIterable<ObjectEntry>) {
        yield { ...entry, path: this.#prefix + entry.path };
      }
    } catch (error) {
      throw storageError(error, prefix, options);
    }
  }

  async stat(path: string, options: CallOptions = {}): Promise<ObjectInfo | undefined> {
    const query = { path: this.#relative(path) };
    try {
      return { ...(await this.#call('statLeaseFile', path, { query }, options)), path };
    } catch (error) {
      if (error instanceof CrunchError && error.code === 'not-found') return undefined;
      throw error;
    }
  }

  async read(path: string, options: ReadOptions = {}): Promise<ObjectContent> {
    const file = { path, relative: this.#relative(path) };
    return this.#try(path, options, (ticket) => this.#bytes.read(ticket, file, options));
  }

  async write(path: string, body: ObjectBody, options: WriteOptions): Promise<{ version: string }> {
    const file = { path, relative: this.#relative(path) };
    return settleWrite(this, path, options, async (noteAttempt) => {
      if (await this.#isForParts(path, options)) return this.#writeInParts(file, body, options);
      const once = { signal: options.signal, maxAttempts: 1 };
      return this.#try(path, isReplayable(body) ? options : once, (ticket) => {
        noteAttempt();
        return this.#bytes.write(ticket, file, body, options);
      });
    });
  }

  async copy(from: string, to: string, { ifVersion, ...call }: CopyOptions = {}): Promise<void> {
    const body = { from: this.#relative(from), to: this.#relative(to), ifVersion };
    await this.#call('copyLeaseFile', from, { body }, call);
  }

  async delete(path: string, { ifVersion, signal }: DeleteOptions = {}): Promise<void> {
    await this.#call('deleteLeaseFile', path, { query: { path: this.#relative(path), ifVersion } }, { signal });
  }

  async close(): Promise<void> {
    this.#tickets.close();
    this.#bytes.close();
  }

  async #isForParts(path: string, { sizeBytes, signal, patience }: WriteOptions): Promise<boolean> {
    const { largestWholeBytes } = await this.#try(path, { signal, patience }, async (ticket) => ticket);
    return largestWholeBytes !== null && sizeBytes > largestWholeBytes;
  }

  async #writeInParts(
    { path, relative }: LeaseFilePath,
    content: ObjectBody,
    options: WriteOptions,
  ): Promise<{ version: string }> {
    const { sizeBytes, sha256, ifVersion, ...call } = options;
    const start = { body: { path: relative, sha256 } };
    const write = await this.#call('startLeaseParts', path, start, call);
    try {
      const parts = await putParts(path, content, options, (part, open, partSignal) =>
        // Each part is tried again by itself.
        this.#try(path, { signal: partSignal, maxAttempts: 1 }, (ticket) =>
          this.#bytes.writePart(ticket, { write, path, part }, open, { signal: partSignal }),
        ),
      );
      const body = { ...write, parts, sizeBytes, ifVersion };
      return await this.#call('finishLeaseParts', path, { body }, call);
    } catch (error) {
      // What brought us here matters more than a failure to tidy up.
      await this.#call('discardLeaseParts', path, { body: write }, {}).catch(() => undefined);
      throw error;
    }
  }

  #call<Name extends JsonOperation>(
    name: Name,
    path: string,
    input: LeaseInput<Name>,
    { signal, patience }: CallOptions,
  ): Promise<LeaseOutput<Name>> {
    return this.#try(path, { signal, patience }, ({ ticket }) => this.#server.call(name, ticket, input, { signal }));
  }

  /** Does what needs a ticket, again when it fails in passing. */
  #try<T>(
    path: string,
    { signal, patience, maxAttempts }: CallOptions & { maxAttempts?: number },
    send: (ticket: LeaseTicket) => Promise<T>,
  ): Promise<T> {
    return withRetries({ maxAttempts, patience, signal }, async () => {
      try {
        return await this.#tickets.use({ signal }, send);
      } catch (error) {
        throw storageError(error, path, { signal });
      }
    });
  }

  #relative(path: string): string {
    assertPath(path);
    if (!path.startsWith(this.#prefix)) throw outside(path);
    return path.slice(this.#prefix.length);
  }
}

function outside(path: string): CrunchError {
  return new CrunchError('storage-refused', `${path} is not a file of the dataset that this host holds.`);
}
