import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { ROOT } from '../lib/run-program.mjs';

const load = (module) => import(path.join(ROOT, 'dist', module));

/** A server over a catalog and a storage folder, without a Temporal: nothing that is measured asks it. */
export async function startBenchServer(catalog, storageFolder) {
  const { createLogger } = await load('platform/logger.js');
  const { openStorage } = await load('storage/open-storage.js');
  const { startServer } = await load('api/start-server.js');
  const storage = { kind: 'folder', path: storageFolder };
  return startServer({
    host: '127.0.0.1',
    port: 0,
    catalog,
    storage: openStorage(storage),
    temporal: new Client({ connection: Connection.lazy({ address: '127.0.0.1:9' }) }),
    logger: createLogger({ name: 'server', level: 'warn' }),
    config: {
      version: 'bench',
      temporal: { address: '127.0.0.1:9', namespace: 'default', tls: false },
      temporalUi: null,
      storage,
      freeBytes: 0,
      hostSilentAfterMs: 45_000,
      allowedWorkflowHosts: [],
      trustedProxies: [],
      // More than one caller may send.
      requestsPerSecond: 1_000_000,
    },
  });
}
