import type { PrismaClient } from './generated/client.ts';
import type { CatalogNotifications } from './notifications.ts';

export interface CatalogOptions {
  databaseUrl: string;
  /** The most connections that are open at once, besides the one that listens; 10 when absent. */
  poolSize?: number;
}

/** An open catalog. Every function of this folder takes one first. */
export interface Catalog {
  readonly prisma: PrismaClient;
  readonly notifications: CatalogNotifications;
  /** Ends all connections; safe to call twice. */
  close(): Promise<void>;
}

/** Opens a migrated catalog. Connections are made when first needed, so this succeeds while the database is away. */
export declare function openCatalog(options: CatalogOptions): Catalog;

/** Throws `catalog-unavailable` when the database doesn't answer. */
export declare function checkCatalog(catalog: Catalog): Promise<void>;
