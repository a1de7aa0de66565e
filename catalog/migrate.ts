import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { CrunchError, messageOf } from '../shared/errors/crunch-error.ts';
import { explainDatabaseError } from './database-error.ts';

interface Migration {
  name: string;
  sql: string;
  checksum: string;
}

interface AppliedMigration {
  migration_name: string;
  checksum: string;
  finished_at: Date | null;
}

/** The advisory lock that Prisma's own tools take, so that those and this never migrate at once. */
const PRISMA_LOCK = 72707369;

/** As Prisma's own tools make it. */
const PRISMA_TABLE = `
  CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
    "id" VARCHAR(36) PRIMARY KEY NOT NULL,
    "checksum" VARCHAR(64) NOT NULL,
    "finished_at" TIMESTAMPTZ,
    "migration_name" VARCHAR(255) NOT NULL,
    "logs" TEXT,
    "rolled_back_at" TIMESTAMPTZ,
    "started_at" TIMESTAMPTZ NOT NULL DEFAULT now(),
    "applied_steps_count" INTEGER NOT NULL DEFAULT 0
  )`;

const NO_SUCH_DATABASE = '3D000';
const UNPREPARED = new Set([NO_SUCH_DATABASE, '42P01']);
const CONNECT_TIMEOUT_MS = 10_000;
const DATABASE_EXISTS = new Set(['42P04', '23505']);

/**
 * Brings a database to this version's schema, and creates it when the server has none of that name.
 * Returns the names of the migrations that were applied. Several processes may call it at once.
 * Throws `catalog-unavailable`, `not-allowed`, or `conflict` when the database doesn't fit this version.
 */
export async function migrateCatalog(databaseUrl: string): Promise<{ applied: string[] }> {
  const migrations = await readMigrations();
  return withClient(connect, databaseUrl, async (client) => {
    // The lock is the session's and ends with it.
    await client.query('SELECT pg_advisory_lock($1)', [PRISMA_LOCK]);
    await client.query(PRISMA_TABLE);
    const missing = missingOf(await readHistory(client), migrations);
    for (const migration of missing) await apply(client, migration);
    return { applied: missing.map(({ name }) => name) };
  });
}

/**
 * Throws `catalog-outdated` when a database is absent or lacks migrations of this version, saying what to do;
 * `catalog-unavailable`, or `conflict` when it doesn't fit this version.
 */
export async function requireMigratedCatalog(databaseUrl: string): Promise<void> {
  const migrations = await readMigrations();
  try {
    const history = await withClient(openClient, databaseUrl, readHistory);
    if (missingOf(history, migrations).length === 0) return;
  } catch (error) {
    const { code = '' } = ((error as Error).cause ?? error) as { code?: string };
    if (!UNPREPARED.has(code)) throw error;
  }
  const message =
    'The catalog’s database is not prepared for this version. Run `crunch migrate` with the same settings.';
  throw new CrunchError('catalog-outdated', message);
}

async function withClient<T>(
  open: (databaseUrl: string) => Promise<pg.Client>,
  databaseUrl: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  try {
    const client = await open(databaseUrl);
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  } catch (error) {
    throw explainDatabaseError(error, databaseUrl);
  }
}

async function connect(databaseUrl: string): Promise<pg.Client> {
  try {
    return await openClient(databaseUrl);
  } catch (error) {
    if ((error as { code?: string }).code !== NO_SUCH_DATABASE) throw error;
    await createDatabase(databaseUrl);
    return openClient(databaseUrl);
  }
}

async function openClient(databaseUrl: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  await client.connect();
  return client;
}

async function createDatabase(databaseUrl: string): Promise<void> {
  const url = new URL(databaseUrl);
  const name = decodeURIComponent(url.pathname.slice(1));
  url.pathname = '/postgres';
  const client = await openClient(url.href);
  try {
    await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  } catch (error) {
    // Another process was faster.
    if (!DATABASE_EXISTS.has((error as { code?: string }).code ?? '')) throw error;
  } finally {
    await client.end();
  }
}

async function readHistory(client: pg.Client): Promise<AppliedMigration[]> {
  const { rows } = await client.query<AppliedMigration>(
    'SELECT migration_name, checksum, finished_at FROM "_prisma_migrations" WHERE rolled_back_at IS NULL',
  );
  return rows;
}

/** Throws `conflict` for a history that is not one of this version. */
function missingOf(history: AppliedMigration[], migrations: Migration[]): Migration[] {
  requireFittingHistory(history, migrations);
  const done = new Set(history.map((row) => row.migration_name));
  return migrations.filter(({ name }) => !done.has(name));
}

function requireFittingHistory(applied: AppliedMigration[], migrations: Migration[]): void {
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const { migration_name: name, checksum, finished_at: finishedAt } of applied) {
    const migration = known.get(name);
    if (!migration) {
      throw new CrunchError(
        'conflict',
        `The database has the migration ${name}, which this version of Crunch doesn’t know: ` +
          'it was used with a newer version. Run that version, or use another database.',
      );
    }
    if (finishedAt === null) {
      throw new CrunchError(
        'conflict',
        `The migration ${name} of the database was begun by another tool and not ended.`,
      );
    }
    if (checksum !== migration.checksum) {
      throw new CrunchError('conflict', `The migration ${name} of the database is not the one of this version.`);
    }
  }
}

/** A migration and its record come in one transaction: whole or not at all. */
async function apply(client: pg.Client, { name, sql, checksum }: Migration): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(sql);
    await client.query(
      `INSERT INTO "_prisma_migrations" (id, checksum, migration_name, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, now(), 1)`,
      [randomUUID(), checksum, name],
    );
    await client.query('COMMIT');
  } catch (cause) {
    await client.query('ROLLBACK').catch(() => {});
    throw new CrunchError('internal', `The migration ${name} failed: ${messageOf(cause)}`, { cause });
  }
}

async function readMigrations(): Promise<Migration[]> {
  const folder = findMigrations();
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(path.join(folder, name, 'migration.sql'), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

/** They lie at the package's root, above this file's folder in the sources and further above it when compiled. */
function findMigrations(): string {
  for (let folder = path.dirname(fileURLToPath(import.meta.url)); ; folder = path.dirname(folder)) {
    const migrations = path.join(folder, 'prisma', 'migrations');
    if (existsSync(migrations)) return migrations;
    if (folder === path.dirname(folder)) throw new Error('prisma/migrations is missing from this installation');
  }
}
