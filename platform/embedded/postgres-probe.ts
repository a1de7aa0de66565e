import pg from 'pg';
import type { PostgresCluster } from './postgres-cluster.ts';

/** `other` is a server over another folder, or something that isn't PostgreSQL; `silent` is nothing that answers. */
export type PostgresAnswer = 'ready' | 'starting' | 'other' | 'silent';

const CONNECT_TIMEOUT_MS = 5000;

/** SQLSTATE of a server that starts, recovers or stops. */
const CANNOT_CONNECT_NOW = '57P03';

/** Asks what listens on a port whether it is the server of the cluster. */
export async function probePostgres(cluster: PostgresCluster, port: number): Promise<PostgresAnswer> {
  const client = new pg.Client({
    ...{ host: '127.0.0.1', port, user: cluster.user, password: cluster.password, database: 'postgres' },
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
  // A connection that breaks while it is being closed is of no interest.
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ folder: string }>(`SELECT current_setting('data_directory') AS folder`);
    return rows[0]?.folder === cluster.folder ? 'ready' : 'other';
  } catch (error) {
    return explainRefusal(error);
  } finally {
    await client.end().catch(() => {});
  }
}

function explainRefusal(error: unknown): PostgresAnswer {
  const { code } = error as { code?: string };
  if (code === CANNOT_CONNECT_NOW) return 'starting';
  return code === undefined || code === 'ECONNREFUSED' || code === 'ECONNRESET' ? 'silent' : 'other';
}
