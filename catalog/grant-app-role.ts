import pg from 'pg';
import { CrunchError } from '../shared/errors/crunch-error.ts';
import { explainDatabaseError } from './database-error.ts';

const NO_SUCH_ROLE = '42704';
const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Lets a role of PostgreSQL do what servers and control workers do with a migrated catalog, and no more: it reads and
 * writes rows, adds to the audit log, and changes no table. To be repeated after each migration, by the role that
 * migrates. Throws `not-found` for a role that isn't there, else as `migrateCatalog` does.
 */
export async function grantAppRole(databaseUrl: string, role: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  try {
    await client.connect();
    await client.query(grantsFor(client, role));
  } catch (error) {
    if ((error as { code?: string }).code !== NO_SUCH_ROLE) throw explainDatabaseError(error, databaseUrl);
    const advice = 'Let an administrator of the database create it: CREATE ROLE … LOGIN.';
    throw new CrunchError('not-found', `PostgreSQL has no role “${role}”. ${advice}`, { cause: error });
  } finally {
    await client.end();
  }
}

/** All in one transaction, as several statements in one query are. */
function grantsFor(client: pg.Client, name: string): string {
  const role = pg.escapeIdentifier(name);
  const database = pg.escapeIdentifier(client.database ?? '');
  return `
    REVOKE ALL ON ALL TABLES IN SCHEMA public FROM ${role};
    REVOKE CREATE ON SCHEMA public FROM PUBLIC, ${role};
    GRANT CONNECT ON DATABASE ${database} TO ${role};
    GRANT USAGE ON SCHEMA public TO ${role};
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${role};
    GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO ${role};
    GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO ${role};
    REVOKE UPDATE, DELETE ON audit_event FROM ${role};
    REVOKE INSERT, UPDATE, DELETE ON "_prisma_migrations" FROM ${role};
  `;
}
