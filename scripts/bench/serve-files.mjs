// A server over a storage folder, with one dataset that a host holds. Started by bench-uploads.mjs with the folder for
// everything; tells it where the server is, and then, every half a second, how much memory it has.
import { once } from 'node:events';
import path from 'node:path';
import { ROOT } from '../lib/run-program.mjs';
import { startBenchSystem } from './start-bench-system.mjs';

const ASK_EVERY_MS = 500;
const DEFAULTS = { timing: { heartbeatTimeoutMs: 1000, graceMs: 1000, killGraceMs: 1000 }, freeBytes: 0 };
const HOST = { name: 'bench', boot: 'boot-bench' };

const load = (module) => import(path.join(ROOT, 'dist', module));

const folder = process.argv[2];
const server = await startBenchSystem(folder);
const { catalog } = server;
await server.addProject();
process.send({ url: server.url, token: await server.makeToken('host'), ...(await holdDataset()) });
const timer = setInterval(() => process.send({ rssBytes: process.memoryUsage().rss }), ASK_EVERY_MS);

await once(process, 'disconnect');
clearInterval(timer);
await server.stop();
process.exit();

/** Adds a dataset and lets the catalog hear that the host has claimed it. */
async function holdDataset() {
  const { admitDatasets } = await load('catalog/admission.js');
  const { createDataset } = await load('catalog/create-dataset.js');
  const { registerHost } = await load('catalog/hosts.js');
  const { markRunClaimed } = await load('catalog/run-events.js');
  const { readDiagnostics } = await load('platform/diagnostics.js');
  const words = { description: '', details: '' };
  const able = { stages: ['download', 'workflow', 'upload'], engines: ['script'], version: '1', protocol: 1, slots: 1 };
  const scope = { projects: [], pools: [], pinnedOnly: false };
  const diagnostics = await readDiagnostics(folder);
  await registerHost(catalog, { ...HOST, ...able, ...scope, diagnostics }, { silentAfterMs: 3600_000 });
  await createDataset(
    catalog,
    { project: 'bench', name: 'Set', priority: 3, held: false, queue: true, ...words },
    { name: 'bench' },
  );
  const [{ runId, dataset }] = await admitDatasets(catalog, DEFAULTS);
  const lease = { runId, leaseNumber: 1, host: HOST.name, boot: HOST.boot };
  await markRunClaimed(catalog, { ...lease, stage: 'upload' });
  return { lease, basePath: dataset.basePath };
}
