import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { json } from 'node:stream/consumers';
import type { LeaseTicket } from '../../shared/contract/lease-files.ts';
import { isReplayable, readDeclaredBody } from '../declared-body.ts';
import { HttpAgents } from '../http/http-agents.ts';
import { sendRequest, type RequestBody } from '../http/send-request.ts';
import { readContent, readHeaders, unquote } from '../s3/object-headers.ts';
import { sendPresigned } from '../s3/send-signed.ts';
import type {
  CallOptions,
  ObjectBody,
  ObjectContent,
  Part,
  PartedWrite,
  PresignedRequest,
  ReadOptions,
  WriteOptions,
  WrittenPart,
} from '../storage.ts';
import type { ByteAddress, LeaseQuery, LeaseServer } from './lease-server.ts';
import { refusalOf } from './server-error.ts';
import { readServedContent } from './served-content.ts';

/** A file by its path in the storage, and the one below the dataset's folder. */
export interface LeaseFilePath {
  path: string;
  relative: string;
}

interface PartTarget {
  write: PartedWrite;
  part: Part;
  /** In the storage, for messages. */
  path: string;
}

/** Moves bytes to and from the store itself or through the server. Nothing is tried twice here. */
export class ByteChannel {
  readonly #server: LeaseServer;
  readonly #reachesStore: boolean;
  readonly #agents = new HttpAgents();

  constructor(server: LeaseServer, { reachesStore }: { reachesStore: boolean }) {
    this.#server = server;
    this.#reachesStore = reachesStore;
  }

  list(
    { ticket }: LeaseTicket,
    query: LeaseQuery<'listLeaseFiles'>,
    { signal }: CallOptions,
  ): Promise<IncomingMessage> {
    return this.#ask(this.#server.address('listLeaseFiles', ticket, query), { signal });
  }

  async read(ticket: LeaseTicket, { path, relative }: LeaseFilePath, options: ReadOptions): Promise<ObjectContent> {
    const { offset, ifVersion, signal } = options;
    if (this.#goesDirect(ticket)) {
      const body = { path: relative };
      const request = await this.#server.call('signLeaseRead', ticket.ticket, { body }, { signal });
      const headers = readHeaders({ offset, ifVersion });
      return readContent(path, await this.#sendSigned('GET', request, path, { headers, signal }), signal);
    }
    const query = { path: relative, offset, ifVersion };
    const response = await this.#ask(this.#server.address('readLeaseFile', ticket.ticket, query), { signal });
    return readServedContent(path, response, signal);
  }

  async write(
    ticket: LeaseTicket,
    { path, relative }: LeaseFilePath,
    content: ObjectBody,
    options: WriteOptions,
  ): Promise<{ version: string }> {
    const { sizeBytes, sha256, ifVersion, signal } = options;
    const body = declaredBody(path, content, options);
    if (this.#goesDirect(ticket)) {
      const wanted = { path: relative, sizeBytes, sha256, ifVersion };
      const request = await this.#server.call('signLeaseWrite', ticket.ticket, { body: wanted }, { signal });
      const response = await this.#sendSigned('PUT', request, path, { body, signal });
      response.resume();
      return { version: unquote(response.headers.etag ?? '') };
    }
    const condition = ifVersion === null ? { ifNew: 'true' as const } : { ifVersion };
    const query = { path: relative, sha256, ...condition };
    const answer = await this.#ask(this.#server.address('writeLeaseFile', ticket.ticket, query), { body, signal });
    return (await json(answer)) as { version: string };
  }

  async writePart(
    ticket: LeaseTicket,
    { write, part, path }: PartTarget,
    content: ObjectBody,
    { signal }: CallOptions,
  ): Promise<WrittenPart> {
    const body = declaredBody(path, content, { ...part, signal });
    const { number, sha256 } = part;
    if (this.#goesDirect(ticket)) {
      const wanted = { ...write, part };
      const request = await this.#server.call('signLeasePart', ticket.ticket, { body: wanted }, { signal });
      const response = await this.#sendSigned('PUT', request, path, { body, signal });
      response.resume();
      return { number, sha256, etag: response.headers.etag ?? '' };
    }
    const query = { ...write, number, sha256 };
    const answer = await this.#ask(this.#server.address('writeLeasePart', ticket.ticket, query), { body, signal });
    return (await json(answer)) as WrittenPart;
  }

  close(): void {
    this.#agents.close();
  }

  #goesDirect({ canSign }: LeaseTicket): boolean {
    return this.#reachesStore && canSign;
  }

  #sendSigned(
    method: 'GET' | 'PUT',
    { url, headers }: PresignedRequest,
    path: string,
    more: { headers?: Record<string, string>; body?: RequestBody; signal?: AbortSignal },
  ): Promise<IncomingMessage> {
    const all = { ...headers, ...more.headers };
    return sendPresigned({ ...more, method, url: new URL(url), headers: all, agents: this.#agents }, path);
  }

  /** Sends a request for bytes to the server; throws the error of an answer that is no success. */
  async #ask(
    { method, url, headers }: ByteAddress,
    { body, signal }: { body?: RequestBody; signal?: AbortSignal },
  ): Promise<IncomingMessage> {
    const request = { method, url: new URL(url), headers, body, signal, agents: this.#agents };
    const response = await sendRequest(request);
    if ((response.statusCode ?? 500) >= 300) throw await refusalOf(response);
    return response;
  }
}

function declaredBody(path: string, content: ObjectBody, declared: WriteOptions): RequestBody {
  return {
    open: () => Readable.from(readDeclaredBody(path, content, declared)),
    sizeBytes: declared.sizeBytes,
    replayable: isReplayable(content),
  };
}
