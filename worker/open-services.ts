import type { Client } from '@temporalio/client';
import { requireMigratedCatalog } from '../catalog/migrate.ts';
import { openCatalog, type Catalog } from '../catalog/open-catalog.ts';
import { requireNamespace } from '../platform/set-up-temporal.ts';
import { connectTemporalClient } from '../platform/temporal-connection.ts';
import type { TemporalSettings } from '../platform/temporal-settings.ts';
import { openStorage } from '../storage/open-storage.ts';
import type { StorageSettings } from '../storage/storage-settings.ts';
import type { Storage } from '../storage/storage.ts';

/** Where the services are that a server stands on. Holds credentials: never log it. */
export interface ServiceSettings {
  databaseUrl: string;
  temporal: TemporalSettings;
  storage: StorageSettings;
}

/** The services that a server stands on, opened. */
export interface Services {
  catalog: Catalog;
  storage: Storage;
  temporal: Client;
  /** Ends all connections. */
  close(): Promise<void>;
}

/** Opens the catalog, the storage and a client of Temporal. Throws `temporal-unreachable`; the others connect when first used. */
export async function openServices(settings: ServiceSettings): Promise<Services> {
  const { client, connection } = await connectTemporalClient(settings.temporal);
  const catalog = openCatalog({ databaseUrl: settings.databaseUrl });
  const storage = openStorage(settings.storage);
  return {
    catalog,
    storage,
    temporal: client,
    async close() {
      await Promise.all([catalog.close(), storage.close(), connection.close()]);
    },
  };
}

/**
 * Opens services that others run, when they are all there, let us in and are prepared: so that a wrong setting shows at
 * the start and not at the first dataset. Throws `catalog-unavailable`, `catalog-outdated`, `conflict`,
 * `temporal-unreachable`, `storage-unavailable` or `storage-refused`.
 */
export async function openReadyServices(settings: ServiceSettings): Promise<Services> {
  await requireMigratedCatalog(settings.databaseUrl);
  const services = await openServices(settings);
  try {
    await requireNamespace(services.temporal, settings.temporal);
    await requireStorage(services.storage);
    return services;
  } catch (error) {
    await services.close();
    throw error;
  }
}

/** A listing, since a single object that is absent looks the same in a bucket that is absent. */
async function requireStorage(storage: Storage): Promise<void> {
  for await (const _entry of storage.list('')) return;
}

/** Opens a migrated catalog alone, for one piece of work. */
export async function withCatalog<T>(databaseUrl: string, work: (catalog: Catalog) => Promise<T>): Promise<T> {
  const catalog = openCatalog({ databaseUrl });
  try {
    return await work(catalog);
  } finally {
    await catalog.close();
  }
}
