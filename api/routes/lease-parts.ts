import type { leasePartEndpoints } from '../../shared/contract/lease-parts.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import type { PartedWrite, PartedWriter, Presigner, Storage } from '../../storage/storage.ts';
import { openLease, type OpenLease } from '../auth/open-lease.ts';
import type { HandlersOf } from '../handler.ts';
import { assertMayWrite, pathInStorage } from '../lease-paths.ts';

export const leasePartHandlers: HandlersOf<typeof leasePartEndpoints> = {
  async signLeaseRead(context, call) {
    const lease = await openLease(context, call);
    return signerOf(context.storage).read(pathInStorage(lease, call.body.path));
  },

  async signLeaseWrite(context, call) {
    const lease = await openLease(context, call);
    const { path, ...options } = call.body;
    assertMayWrite(lease, path);
    const { largestWholeBytes = Infinity } = context.storage.parts ?? {};
    if (options.sizeBytes > largestWholeBytes) throw tooLarge(path, largestWholeBytes);
    return signerOf(context.storage).write(pathInStorage(lease, path), options);
  },

  async startLeaseParts(context, call) {
    const lease = await openLease(context, call);
    const { path, sha256 } = call.body;
    assertMayWrite(lease, path);
    const options = { sha256, signal: call.signal };
    const { uploadId } = await writerOf(context.storage).start(pathInStorage(lease, path), options);
    return { path, uploadId };
  },

  async signLeasePart(context, call) {
    const write = openWrite(await openLease(context, call), call.body);
    return signerOf(context.storage).writePart(write, call.body.part);
  },

  async writeLeasePart(context, call) {
    const write = openWrite(await openLease(context, call), call.query);
    const { number, sha256 } = call.query;
    const part = { number, sha256, sizeBytes: call.body.sizeBytes };
    return writerOf(context.storage).write(write, part, call.body.stream, { signal: call.signal });
  },

  async finishLeaseParts(context, call) {
    const write = openWrite(await openLease(context, call), call.body);
    const { parts, sizeBytes, ifVersion } = call.body;
    return writerOf(context.storage).finish(write, parts, { sizeBytes, ifVersion, signal: call.signal });
  },

  async discardLeaseParts(context, call) {
    const write = openWrite(await openLease(context, call), call.body);
    await writerOf(context.storage).discard(write);
  },
};

/** The store itself knows an upload by its id and its path together. */
function openWrite(lease: OpenLease, { path, uploadId }: PartedWrite): PartedWrite {
  assertMayWrite(lease, path);
  return { path: pathInStorage(lease, path), uploadId };
}

function signerOf({ presign }: Storage): Presigner {
  if (presign === undefined) throw unable('gives nobody requests of its own');
  return presign;
}

function writerOf({ parts }: Storage): PartedWriter {
  if (parts === undefined) throw unable('takes no files in parts');
  return parts;
}

function unable(what: string): CrunchError {
  return new CrunchError('conflict', `The server's storage ${what}: send the bytes to the server.`);
}

function tooLarge(path: string, mostBytes: number): CrunchError {
  return new CrunchError('too-large', `${path} has more than ${mostBytes} bytes: write it in parts.`);
}
