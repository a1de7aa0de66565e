import type { HeldLease } from '../activities/host/held-lease.ts';
import { createClient } from '../client/index.ts';
import type { Logger } from '../platform/logger.ts';
import type { Secrets } from '../platform/secrets.ts';
import { ApiStorage } from '../storage/api-storage.ts';
import type { Storage } from '../storage/storage.ts';
import { findStorageRoute, type StorageSearch } from './find-storage-route.ts';
import { createLeaseServer } from './lease-server.ts';

/** The files of the datasets that a host holds. */
export interface HostStorage {
  /** The storage of a lease's dataset, the same for each call; it is closed when the lease ends. `host`: as registered. */
  storageFor(lease: HeldLease, host: string): Storage;
  close(): Promise<void>;
}

export interface HostStorageOptions extends StorageSearch {
  boot: string;
  logger: Logger;
  secrets: Secrets;
}

/** Opens what a host reads and writes files by; how, is found out once for all its datasets. */
export async function openHostStorage(options: HostStorageOptions): Promise<HostStorage> {
  const route = await findStorageRoute(options);
  if (route.kind === 'server') return openThroughServer(options, route);
  const { storage } = route;
  options.logger.info({ location: storage.location }, 'files are read and written directly');
  return { storageFor: () => storage, close: () => storage.close() };
}

function openThroughServer(
  { url, token, boot, logger, secrets }: HostStorageOptions,
  { reachesStore }: { reachesStore: boolean },
): HostStorage {
  logger.info({ reachesStore }, 'files are read and written through the server');
  const client = createClient({ url, token, retryDelaysMs: [] });
  const opened = new Map<HeldLease, Storage>();
  const open = (lease: HeldLease, host: string): Storage => {
    const { runId, leaseNumber, dataset } = lease.input;
    const tickets: string[] = [];
    const onTicket = (ticket: string) => {
      tickets.push(ticket);
      secrets.add(ticket);
    };
    const server = createLeaseServer({ client, url, token, host, boot, runId, leaseNumber, onTicket });
    const storage = new ApiStorage({ server, basePath: dataset.basePath, reachesStore });
    opened.set(lease, storage);
    void lease.released.then(() => {
      opened.delete(lease);
      // Each opens nothing from now on.
      for (const ticket of tickets) secrets.forget(ticket);
      return storage.close();
    });
    return storage;
  };
  return {
    storageFor: (lease, host) => opened.get(lease) ?? open(lease, host),
    async close() {
      await Promise.all([...opened.values()].map((storage) => storage.close()));
    },
  };
}
