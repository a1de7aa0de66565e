import type { Client } from '@temporalio/client';
import { openCatalog, type Catalog } from '../catalog/open-catalog.ts';
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
