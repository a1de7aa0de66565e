// A server over a catalog that is there. Started by bench-api.mjs with the database's URL and a folder for storage; tells
// it where the server is and a token for everything.
import { once } from 'node:events';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { ROOT } from '../lib/run-program.mjs';

const load = (module) => import(path.join(ROOT, 'dist', module));
const { createLogger } = await load('platform/logger.js');
const { openCatalog } = await load('catalog/open-catalog.js');
const { createToken } = await load('catalog/tokens.js');
const { openStorage } = await load('storage/open-storage.js');
const { startServer } = await load('api/start-server.js');

const [databaseUrl, folder] = process.argv.slice(2);
const catalog = openCatalog({ databaseUrl });
const server = await startServer({
  host: '127.0.0.1',
  port: 0,
  catalog,
  storage: openStorage({ kind: 'folder', path: folder }),
  // Nothing here asks Temporal.
  temporal: new Client({ connection: Connection.lazy({ address: '127.0.0.1:9' }) }),
  logger: createLogger({ name: 'server', level: 'warn' }),
  config: {
    version: 'bench',
    temporal: { address: '127.0.0.1:9', namespace: 'default', tls: false },
    temporalUi: null,
    storage: { kind: 'folder', path: folder },
    freeBytes: 0,
    hostSilentAfterMs: 45_000,
    allowedWorkflowHosts: [],
    trustedProxies: [],
  },
});
const scope = { name: 'bench', scope: 'admin', expiresInSeconds: 3600, projects: [], pools: [] };
const { token } = await createToken(catalog, scope, { name: 'bench' });
process.send({ url: server.url, token });

await once(process, 'disconnect');
await server.stop();
await catalog.close();
process.exit();
