import { z } from 'zod';
import { Boot, HostName } from './hosts.ts';
import { Sha256, SizeBytes } from './common.ts';
import type { Endpoint } from './endpoint.ts';
import { FilePath } from './files.ts';

/** Carries the ticket of the lease whose files are meant. It is a secret, and so not part of a URL. */
export const TICKET_HEADER = 'crunch-ticket';
const TicketHeaders = z.object({ [TICKET_HEADER]: z.string().min(1).max(200) });

/** What storage calls a content. */
const Version = z.string().min(1).max(1000);

const UploadId = z.string().min(1).max(2000);
const PartNumber = z.int().min(1).max(10_000);

/** Several hundred megabytes a part at most, so that one can be sent again. */
const PartSize = SizeBytes.max(1024 ** 3);

export const LeaseTicket = z.object({
  ticket: z.string(),
  expiresInSeconds: z.int(),
  /** Whether requests can be signed for the store itself. */
  canSign: z.boolean(),
  /** Larger files have to be written in parts; null where there is no such limit. */
  largestWholeBytes: SizeBytes.nullable(),
});
export type LeaseTicket = z.infer<typeof LeaseTicket>;

/** A file below the dataset's base path; paths of all operations are relative to that. */
const LeaseFile = z.object({ path: z.string(), sizeBytes: SizeBytes, version: z.string() });

/** A request to the store itself, good for minutes. */
const SignedRequest = z.object({ url: z.url(), headers: z.record(z.string(), z.string()) });

const Written = z.object({ version: z.string() });
const Part = z.strictObject({ number: PartNumber, sizeBytes: PartSize, sha256: Sha256 });
const WrittenPart = z.strictObject({ number: PartNumber, sha256: Sha256, etag: z.string().max(1000) });
const PartedWrite = z.strictObject({ path: FilePath, uploadId: UploadId });

/** Absent: in any case; null: only if there is no such file. */
const IfVersion = Version.nullable().optional();

/** How a host that has nothing but a URL and a token reads and writes the files of the dataset that it holds. */
export const leaseFileEndpoints = {
  requestTicket: {
    method: 'post',
    path: '/runs/{id}/tickets',
    summary: 'The host that holds a run asks for a ticket to the files of its dataset, which dies with the lease',
    scope: 'host',
    params: z.object({ id: z.uuid() }),
    body: z.strictObject({ leaseNumber: z.int().min(1), host: HostName, boot: Boot }),
    response: LeaseTicket,
    status: 201,
  },
  listLeaseFiles: {
    method: 'get',
    path: '/lease/files',
    summary: 'All files below a folder of the dataset, a JSON document a line',
    scope: 'host',
    headers: TicketHeaders,
    query: z.object({ folder: FilePath.optional() }),
    response: { lines: LeaseFile },
  },
  statLeaseFile: {
    method: 'get',
    path: '/lease/files/info',
    summary: 'A file’s size, version, and checksum where the store keeps one',
    scope: 'host',
    headers: TicketHeaders,
    query: z.object({ path: FilePath }),
    response: LeaseFile.extend({ sha256: Sha256.optional() }),
  },
  readLeaseFile: {
    method: 'get',
    path: '/lease/files/content',
    summary: 'The bytes of a file from an offset, if it still has a version',
    scope: 'host',
    headers: TicketHeaders,
    query: z.object({
      path: FilePath,
      offset: z.coerce.number<number>().pipe(SizeBytes).default(0),
      ifVersion: Version.optional(),
    }),
    response: 'bytes',
  },
  writeLeaseFile: {
    method: 'put',
    path: '/lease/files/content',
    summary: 'Put a file in place, whole or not at all',
    scope: 'host',
    headers: TicketHeaders,
    query: z.object({
      path: FilePath,
      sha256: Sha256,
      ifVersion: Version.optional(),
      /** Only if there is no such file. */
      ifNew: z.literal('true').optional(),
    }),
    body: 'bytes',
    response: Written,
  },
  copyLeaseFile: {
    method: 'post',
    path: '/lease/files/copies',
    summary: 'Copy a file within the dataset, if it still has a version',
    scope: 'host',
    headers: TicketHeaders,
    body: z.strictObject({ from: FilePath, to: FilePath, ifVersion: Version.optional() }),
  },
  deleteLeaseFile: {
    method: 'delete',
    path: '/lease/files',
    summary: 'Remove a file',
    scope: 'host',
    headers: TicketHeaders,
    query: z.object({ path: FilePath }),
  },
  signLeaseRead: {
    method: 'post',
    path: '/lease/signed-reads',
    summary: 'A request that reads a file from the store itself',
    scope: 'host',
    headers: TicketHeaders,
    body: z.strictObject({ path: FilePath }),
    response: SignedRequest,
  },
  signLeaseWrite: {
    method: 'post',
    path: '/lease/signed-writes',
    summary: 'A request that writes a file, of this content and on this condition, to the store itself',
    scope: 'host',
    headers: TicketHeaders,
    body: z.strictObject({ path: FilePath, sizeBytes: SizeBytes, sha256: Sha256, ifVersion: IfVersion }),
    response: SignedRequest,
  },
  startLeaseParts: {
    method: 'post',
    path: '/lease/parts/start',
    summary: 'Begin to write a large file in parts',
    scope: 'host',
    headers: TicketHeaders,
    body: z.strictObject({ path: FilePath, sha256: Sha256 }),
    response: PartedWrite,
  },
  signLeasePart: {
    method: 'post',
    path: '/lease/parts/signed',
    summary: 'A request that writes a part to the store itself',
    scope: 'host',
    headers: TicketHeaders,
    body: PartedWrite.extend({ part: Part }),
    response: SignedRequest,
  },
  writeLeasePart: {
    method: 'put',
    path: '/lease/parts/content',
    summary: 'The bytes of a part',
    scope: 'host',
    headers: TicketHeaders,
    query: z.object({
      path: FilePath,
      uploadId: UploadId,
      number: z.coerce.number<number>().pipe(PartNumber),
      sha256: Sha256,
    }),
    body: 'bytes',
    response: WrittenPart,
  },
  finishLeaseParts: {
    method: 'post',
    path: '/lease/parts/finish',
    summary: 'Put the file in place, whole, once all its parts are there',
    scope: 'host',
    headers: TicketHeaders,
    body: PartedWrite.extend({
      parts: z.array(WrittenPart).min(1).max(10_000),
      sizeBytes: SizeBytes,
      ifVersion: IfVersion,
    }),
    response: Written,
  },
  discardLeaseParts: {
    method: 'post',
    path: '/lease/parts/discard',
    summary: 'Give up a write in parts',
    scope: 'host',
    headers: TicketHeaders,
    body: PartedWrite,
  },
  proveStorage: {
    method: 'post',
    path: '/storage-proofs',
    summary: 'By what a host can tell that it reaches the server’s own storage: a file that only this one holds',
    scope: 'host',
    response: z.object({
      /** Relative to the storage’s root. */
      path: z.string(),
      sha256: Sha256,
      /** Who sees the same file in a storage sees the same version. */
      version: z.string(),
      /** Reads the file from the store itself; null where the store can’t. */
      signedRead: SignedRequest.nullable(),
    }),
  },
} as const satisfies Record<string, Endpoint>;
