import path from 'node:path';
import type { leaseFileEndpoints } from '../../shared/contract/lease-files.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import type { ObjectEntry, Storage } from '../../storage/storage.ts';
import { openLease, type OpenLease } from '../auth/open-lease.ts';
import type { HandlersOf } from '../handler.ts';
import { issueTicket } from '../issue-ticket.ts';
import { assertMayDelete, assertMayWrite, isKeptInput, pathInStorage, refusal } from '../lease-paths.ts';
import { proveStorage } from '../prove-storage.ts';
import { whileInForce } from '../while-in-force.ts';

export const leaseFileHandlers: HandlersOf<typeof leaseFileEndpoints> = {
  async requestTicket(context, { params, body, caller, signal }) {
    return issueTicket(context, { runId: params.id, ...body }, { caller, signal });
  },

  async listLeaseFiles(context, call) {
    const lease = await openLease(context, call);
    const { folder } = call.query;
    const place = folder === undefined ? lease.basePath : pathInStorage(lease, folder);
    return relativeTo(lease, context.storage.list(place, { signal: call.signal }));
  },

  async statLeaseFile(context, call) {
    const lease = await openLease(context, call);
    const { path: file } = call.query;
    const info = await context.storage.stat(pathInStorage(lease, file), { signal: call.signal });
    if (info === undefined) throw missing(file);
    return { ...info, path: file };
  },

  async readLeaseFile(context, call) {
    const lease = await openLease(context, call);
    const { path: file, offset, ifVersion } = call.query;
    const { signal } = call;
    const { info, stream } = await context.storage.read(pathInStorage(lease, file), { offset, ifVersion, signal });
    if (offset > info.sizeBytes) {
      stream.destroy();
      throw new CrunchError('invalid-input', `The file ${file} has ${info.sizeBytes} bytes; ${offset} is behind them.`);
    }
    const { sizeBytes, version, sha256 } = info;
    return { stream, offset, sizeBytes, version, sha256, fileName: path.posix.basename(file) };
  },

  async writeLeaseFile(context, call) {
    const lease = await openLease(context, call);
    const { path: file, sha256, ifNew, ifVersion } = call.query;
    assertMayWrite(lease, file);
    const options = { sha256, sizeBytes: call.body.sizeBytes, signal: call.signal };
    const condition = ifNew === undefined ? { ifVersion } : { ifVersion: null };
    const body = whileInForce(lease, call.body.stream);
    return context.storage.write(pathInStorage(lease, file), body, { ...options, ...condition });
  },

  async copyLeaseFile(context, call) {
    const lease = await openLease(context, call);
    const { from, to, ifVersion } = call.body;
    if (isKeptInput(to)) await assertAbsent(context.storage, pathInStorage(lease, to), to);
    else assertMayWrite(lease, to);
    const [source, target] = [pathInStorage(lease, from), pathInStorage(lease, to)];
    await context.storage.copy(source, target, { ifVersion, signal: call.signal });
  },

  async deleteLeaseFile(context, call) {
    const lease = await openLease(context, call);
    const { path: file, ifVersion } = call.query;
    assertMayDelete(file);
    await context.storage.delete(pathInStorage(lease, file), { ifVersion, signal: call.signal });
  },

  async proveStorage({ storage }) {
    return proveStorage(storage);
  },
};

async function* relativeTo({ basePath }: OpenLease, entries: AsyncIterable<ObjectEntry>): AsyncGenerator<ObjectEntry> {
  for await (const entry of entries) yield { ...entry, path: entry.path.slice(basePath.length + 1) };
}

/** What is kept of an input stays: it is what later runs begin with. */
async function assertAbsent(storage: Storage, place: string, file: string): Promise<void> {
  if ((await storage.stat(place)) !== undefined) throw refusal(file);
}

function missing(file: string): CrunchError {
  return new CrunchError('not-found', `There is no file ${file} in the dataset.`);
}
