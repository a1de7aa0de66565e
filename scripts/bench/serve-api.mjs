// A server over a catalog that is there. Started by bench-api.mjs with the database's URL and a folder for storage; tells
// it where the server is and a token for everything.
import { once } from 'node:events';
import path from 'node:path';
import { ROOT } from '../lib/run-program.mjs';
import { startBenchServer } from './start-bench-server.mjs';

const load = (module) => import(path.join(ROOT, 'dist', module));
const { openCatalog } = await load('catalog/open-catalog.js');
const { createToken } = await load('catalog/tokens.js');

const [databaseUrl, folder] = process.argv.slice(2);
const catalog = openCatalog({ databaseUrl });
const server = await startBenchServer(catalog, folder);
const scope = { name: 'bench', scope: 'admin', expiresInSeconds: 3600, projects: [], pools: [] };
const { token } = await createToken(catalog, scope, { name: 'bench' });
process.send({ url: server.url, token });

await once(process, 'disconnect');
await server.stop();
await catalog.close();
process.exit();
