// A server over a storage folder, with one dataset that a host holds. Started by bench-uploads.mjs with the folder for
// everything; tells it where the server is, and then, every half a second, how much memory it has.
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { ROOT } from '../lib/run-program.mjs';
import { startBenchServer } from './start-bench-server.mjs';

const ASK_EVERY_MS = 500;
const DEFAULTS = { timing: { heartbeatTimeoutMs: 1000, graceMs: 1000, killGraceMs: 1000 }, freeBytes: 0 };
const HOST = { name: 'bench', boot: 'boot-bench' };

const load = (module) => import(path.join(ROOT, 'dist', module));
const { startPostgres } = await load('platform/embedded/postgres.js');
const { migrateCatalog } = await load('catalog/migrate.js');
const { openCatalog } = await load('catalog/open-catalog.js');

const folder = process.argv[2];
const postgres = await startPostgres({ dataFolder: path.join(folder, 'postgres') });
const databaseUrl = Object.assign(new URL(postgres.url), { pathname: '/crunch' }).href;
await migrateCatalog(databaseUrl);
const catalog = openCatalog({ databaseUrl });
const storageFolder = path.join(folder, 'storage');
await mkdir(storageFolder);
const server = await startBenchServer(catalog, storageFolder);
process.send({ url: server.url, token: await makeToken(), ...(await holdDataset()) });
const timer = setInterval(() => process.send({ rssBytes: process.memoryUsage().rss }), ASK_EVERY_MS);

await once(process, 'disconnect');
clearInterval(timer);
await server.stop();
await catalog.close();
await postgres.stop();
process.exit();

async function makeToken() {
  const { createToken } = await load('catalog/tokens.js');
  const scope = { name: 'bench', scope: 'host', expiresInSeconds: 3600, projects: [], pools: [] };
  return (await createToken(catalog, scope, 'bench')).token;
}

/** Adds a dataset and lets the catalog hear that the host has claimed it. */
async function holdDataset() {
  const { admitDatasets } = await load('catalog/admission.js');
  const { createDataset } = await load('catalog/datasets.js');
  const { registerHost } = await load('catalog/hosts.js');
  const { createProject } = await load('catalog/projects.js');
  const { markRunClaimed } = await load('catalog/run-events.js');
  const { readDiagnostics } = await load('platform/diagnostics.js');
  const content = { content: Buffer.from('#!/bin/sh\n'), sha256: 'a'.repeat(64), format: 'text', entry: 'workflow' };
  const workflow = { source: { kind: 'text' }, content };
  const words = { description: '', details: '' };
  await createProject(catalog, { name: 'Bench', engine: 'script', workflow, ...words }, 'bench');
  const able = { stages: ['download', 'workflow', 'upload'], engines: ['script'], version: '1', protocol: 1, slots: 1 };
  const scope = { projects: [], pools: [], pinnedOnly: false };
  const diagnostics = await readDiagnostics(folder);
  await registerHost(catalog, { ...HOST, ...able, ...scope, diagnostics }, { silentAfterMs: 3600_000 });
  await createDataset(catalog, { project: 'bench', name: 'Set', priority: 3, held: false, queue: true, ...words });
  const [{ runId, dataset }] = await admitDatasets(catalog, DEFAULTS);
  const lease = { runId, leaseNumber: 1, host: HOST.name, boot: HOST.boot };
  await markRunClaimed(catalog, { ...lease, stage: 'upload' });
  return { lease, basePath: dataset.basePath };
}
