import { PrismaPg } from '@prisma/adapter-pg';
import { translatingErrors } from './database-error.ts';
import { PrismaClient } from './generated/client.ts';
import { NotificationListener, type CatalogNotifications } from './notifications.ts';
import { preparedName } from './prepared.ts';

export interface CatalogOptions {
  databaseUrl: string;
  /** The most connections that are open at once, besides the one that listens; 10 when absent. */
  poolSize?: number;
  /** The most that a query of a list may take; 5 s when absent. */
  listTimeLimitMs?: number;
}

/** Prisma's client, whose errors are CrunchErrors where the database was away or refused a duplicate. */
type CatalogClient = ReturnType<typeof openClient>;

/** The part of the client that is also there inside a transaction. */
export type CatalogQueries = Omit<CatalogClient, '$connect' | '$disconnect' | '$on' | '$transaction' | '$extends'>;

/** The most that a transaction may take. */
export interface TransactionTime {
  timeoutMs: number;
}

/** An open catalog. Every function of this folder takes one first. */
export interface Catalog {
  readonly prisma: CatalogQueries;
  readonly notifications: CatalogNotifications;
  readonly listTimeLimitMs: number;
  /** Does several things or none of them, within a minute unless told otherwise. The work's own errors pass unchanged. */
  transact<T>(work: (queries: CatalogQueries) => Promise<T>, time?: TransactionTime): Promise<T>;
  /** Ends all connections; safe to call twice. */
  close(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 5000;
const TRANSACTION_TIMEOUT_MS = 60_000;

/** Opens a migrated catalog. Connections are made when first needed, so this succeeds while the database is away. */
export function openCatalog({ databaseUrl, poolSize = 10, listTimeLimitMs = 5000 }: CatalogOptions): Catalog {
  const prisma = openClient(databaseUrl, poolSize);
  const notifications = new NotificationListener(databaseUrl);
  return {
    prisma,
    notifications,
    listTimeLimitMs,
    transact: (work, { timeoutMs: timeout } = { timeoutMs: TRANSACTION_TIMEOUT_MS }) =>
      translatingErrors(() =>
        prisma.$transaction((queries) => work(queries), { maxWait: CONNECT_TIMEOUT_MS, timeout }),
      ),
    close: async () => {
      await Promise.all([notifications.close(), prisma.$disconnect()]);
    },
  };
}

/**
 * The catalog as a part of a transaction that is under way, which has the given time: what is done through it is done when
 * that ends well, or not at all. Nothing that may take longer can be a part of it.
 */
export function joinTransaction(
  catalog: Catalog,
  queries: CatalogQueries,
  { timeoutMs: wholeMs }: TransactionTime = { timeoutMs: TRANSACTION_TIMEOUT_MS },
): Catalog {
  return {
    ...catalog,
    prisma: queries,
    transact: async (work, { timeoutMs } = { timeoutMs: 0 }) => {
      if (timeoutMs > wholeMs) throw new Error(`a part of ${timeoutMs} ms in a transaction of ${wholeMs} ms`);
      return work(queries);
    },
  };
}

/** Throws `catalog-unavailable` when the database doesn't answer. */
export async function checkCatalog(catalog: Catalog): Promise<void> {
  await catalog.prisma.$queryRaw`SELECT 1`;
}

function openClient(databaseUrl: string, poolSize: number) {
  const pool = {
    connectionString: databaseUrl,
    max: poolSize,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
  };
  const adapter = new PrismaPg(pool, { statementNameGenerator: preparedName });
  return new PrismaClient({ adapter, errorFormat: 'minimal' }).$extends({
    query: { $allOperations: ({ args, query }) => translatingErrors(() => query(args)) },
  });
}
