import { z } from 'zod';
import { numberInText, Sha256, SizeBytes } from './common.ts';
import type { Endpoint } from './endpoint.ts';
import { FilePath } from './files.ts';
import { LEASE_ERRORS, SignedRequest, TicketHeaders, Version, Written } from './lease-files.ts';

const UploadId = z.string().min(1).max(2000);
const PartNumber = z.int().min(1).max(10_000);

/** Several hundred megabytes a part at most, so that one can be sent again. */
const PartSize = SizeBytes.max(1024 ** 3);

const Part = z.strictObject({ number: PartNumber, sizeBytes: PartSize, sha256: Sha256 });
const WrittenPart = z.strictObject({ number: PartNumber, sha256: Sha256, etag: z.string().max(1000) });
const PartedWrite = z.strictObject({ path: FilePath, uploadId: UploadId });

/** Absent: in any case; null: only if there is no such file. */
const IfVersion = Version.nullable().optional();

/** What stores can do that let themselves be asked by strangers, and that take large files in parts. */
export const leasePartEndpoints = {
  signLeaseRead: {
    method: 'post',
    path: '/lease/signed-reads',
    summary: 'A request that reads a file from the store itself',
    scope: 'host',
    needs: { be: 'host' },
    headers: TicketHeaders,
    body: z.strictObject({ path: FilePath }),
    response: SignedRequest,
    errors: LEASE_ERRORS,
  },
  signLeaseWrite: {
    method: 'post',
    path: '/lease/signed-writes',
    summary: 'A request that writes a file, of this content and on this condition, to the store itself',
    scope: 'host',
    needs: { be: 'host' },
    headers: TicketHeaders,
    body: z.strictObject({ path: FilePath, sizeBytes: SizeBytes, sha256: Sha256, ifVersion: IfVersion }),
    response: SignedRequest,
    errors: LEASE_ERRORS,
  },
  startLeaseParts: {
    method: 'post',
    path: '/lease/parts/start',
    summary: 'Begin to write a large file in parts',
    scope: 'host',
    needs: { be: 'host' },
    headers: TicketHeaders,
    body: z.strictObject({ path: FilePath, sha256: Sha256 }),
    response: PartedWrite,
    errors: LEASE_ERRORS,
  },
  signLeasePart: {
    method: 'post',
    path: '/lease/parts/signed',
    summary: 'A request that writes a part to the store itself',
    scope: 'host',
    needs: { be: 'host' },
    headers: TicketHeaders,
    body: PartedWrite.extend({ part: Part }),
    response: SignedRequest,
    errors: LEASE_ERRORS,
  },
  writeLeasePart: {
    method: 'put',
    path: '/lease/parts/content',
    summary: 'The bytes of a part',
    scope: 'host',
    needs: { be: 'host' },
    headers: TicketHeaders,
    query: z.object({
      path: FilePath,
      uploadId: UploadId,
      number: numberInText(PartNumber),
      sha256: Sha256,
    }),
    body: 'bytes',
    response: WrittenPart,
    errors: LEASE_ERRORS,
  },
  finishLeaseParts: {
    method: 'post',
    path: '/lease/parts/finish',
    summary: 'Put the file in place, whole, once all its parts are there',
    scope: 'host',
    needs: { be: 'host' },
    headers: TicketHeaders,
    body: PartedWrite.extend({
      parts: z.array(WrittenPart).min(1).max(10_000),
      sizeBytes: SizeBytes,
      ifVersion: IfVersion,
    }),
    response: Written,
    errors: LEASE_ERRORS,
  },
  discardLeaseParts: {
    method: 'post',
    path: '/lease/parts/discard',
    summary: 'Give up a write in parts',
    scope: 'host',
    needs: { be: 'host' },
    headers: TicketHeaders,
    body: PartedWrite,
    errors: LEASE_ERRORS,
  },
} as const satisfies Record<string, Endpoint>;
