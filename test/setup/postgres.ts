import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { migrateCatalog } from '../../catalog/migrate.ts';
import { startPostgres } from '../../platform/embedded/postgres.ts';

/** A PostgreSQL server for tests, which ends with them. */
export interface TestPostgres {
  /** The URL of a fresh, migrated database. */
  createTestDatabase(): Promise<string>;
  stop(): Promise<void>;
}

const TEMPLATE = 'crunch_template';

/** Starts a server over a temporary folder, which loses data when the machine crashes but not when a process does. */
export async function startTestPostgres(): Promise<TestPostgres> {
  const folder = await mkdtemp(path.join(tmpdir(), 'crunch-postgres-'));
  // So that PostgreSQL's account may enter it where the tests run as root.
  await chmod(folder, 0o711);
  const server = await startPostgres({ dataFolder: folder });
  const admin = new pg.Client({ connectionString: server.url });
  await admin.connect();
  await admin.query('ALTER SYSTEM SET fsync = off');
  await admin.query('SELECT pg_reload_conf()');
  await migrateCatalog(databaseUrl(server.url, TEMPLATE));

  let databases = 0;
  return {
    createTestDatabase: async () => {
      databases += 1;
      const name = `test_${databases}`;
      await admin.query(`CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`);
      return databaseUrl(server.url, name);
    },
    stop: async () => {
      await admin.end();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}
