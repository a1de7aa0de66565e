import { z } from 'zod';
import { Boot, HostName } from './hosts.ts';
import { numberInText, Sha256, SizeBytes } from './common.ts';
import type { Endpoint } from './endpoint.ts';
import { STORAGE_ERRORS } from './errors-of.ts';
import { FilePath } from './files.ts';

/** Carries the ticket of the lease whose files are meant. It is a secret, and so not part of a URL. */
export const TICKET_HEADER = 'crunch-ticket';
export const TicketHeaders = z.object({ [TICKET_HEADER]: z.string().min(1).max(200) });

/** What storage calls a content. */
export const Version = z.string().min(1).max(1000);

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
export const SignedRequest = z.object({ url: z.url(), headers: z.record(z.string(), z.string()) });

export const Written = z.object({ version: z.string() });

/** What an operation on the files of a lease can end with, besides what all can. */
export const LEASE_ERRORS = [...STORAGE_ERRORS, 'lease-lost', 'not-found', 'precondition-failed'] as const;

/** How a host that has nothing but a URL and a token reads and writes the files of the dataset that it holds. */
export const leaseFileEndpoints = {
  requestTicket: {
    method: 'post',
    path: '/runs/{id}/tickets',
    summary: 'The host that holds a run asks for a ticket to the files of its dataset, which dies with the lease',
    scope: 'host',
    needs: { be: 'host' },
    params: z.object({ id: z.uuid() }),
    body: z.strictObject({ leaseNumber: z.int().min(1), host: HostName, boot: Boot }),
    response: LeaseTicket,
    status: 201,
    errors: ['lease-lost', 'storage-unavailable'],
  },
  listLeaseFiles: {
    method: 'get',
    path: '/lease/files',
    summary: 'All files below a folder of the dataset, a JSON document a line',
    scope: 'host',
    needs: { be: 'host' },
    headers: TicketHeaders,
    query: z.object({ folder: FilePath.optional() }),
    response: { lines: LeaseFile },
    errors: LEASE_ERRORS,
  },
  statLeaseFile: {
    method: 'get',
    path: '/lease/files/info',
    summary: 'A file’s size, version, and checksum where the store keeps one',
    scope: 'host',
    needs: { be: 'host' },
    headers: TicketHeaders,
    query: z.object({ path: FilePath }),
    response: LeaseFile.extend({ sha256: Sha256.optional() }),
    errors: LEASE_ERRORS,
  },
  readLeaseFile: {
    method: 'get',
    path: '/lease/files/content',
    summary: 'The bytes of a file from an offset, if it still has a version',
    scope: 'host',
    needs: { be: 'host' },
    headers: TicketHeaders,
    query: z.object({
      path: FilePath,
      offset: numberInText(SizeBytes).default(0),
      ifVersion: Version.optional(),
    }),
    response: 'bytes',
    errors: LEASE_ERRORS,
  },
  writeLeaseFile: {
    method: 'put',
    path: '/lease/files/content',
    summary: 'Put a file in place, whole or not at all',
    scope: 'host',
    needs: { be: 'host' },
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
    errors: LEASE_ERRORS,
  },
  copyLeaseFile: {
    method: 'post',
    path: '/lease/files/copies',
    summary: 'Copy a file within the dataset, if it still has a version',
    scope: 'host',
    needs: { be: 'host' },
    headers: TicketHeaders,
    body: z.strictObject({ from: FilePath, to: FilePath, ifVersion: Version.optional() }),
    errors: LEASE_ERRORS,
  },
  deleteLeaseFile: {
    method: 'delete',
    path: '/lease/files',
    summary: 'Remove a file',
    scope: 'host',
    needs: { be: 'host' },
    headers: TicketHeaders,
    query: z.object({ path: FilePath, ifVersion: Version.optional() }),
    errors: LEASE_ERRORS,
  },
  proveStorage: {
    method: 'post',
    path: '/storage-proofs',
    summary: 'By what a host can tell that it reaches the server’s own storage: a file that only this one holds',
    scope: 'host',
    needs: { be: 'host' },
    response: z.object({
      /** Relative to the storage’s root. */
      path: z.string(),
      sha256: Sha256,
      /** Who sees the same file in a storage sees the same version. */
      version: z.string(),
      /** Reads the file from the store itself; null where the store can’t. */
      signedRead: SignedRequest.nullable(),
    }),
    errors: STORAGE_ERRORS,
  },
} as const satisfies Record<string, Endpoint>;
