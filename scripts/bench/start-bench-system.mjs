import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { ROOT } from '../lib/run-program.mjs';
import { startBenchServer } from './start-bench-server.mjs';

const load = (module) => import(path.join(ROOT, 'dist', module));

/** A server over a catalog and a storage folder of its own, in `folder`, without Temporal. */
export async function startBenchSystem(folder) {
  const { startPostgres } = await load('platform/embedded/postgres.js');
  const { migrateCatalog } = await load('catalog/migrate.js');
  const { openCatalog } = await load('catalog/open-catalog.js');
  const postgres = await startPostgres({ dataFolder: path.join(folder, 'postgres') });
  const databaseUrl = Object.assign(new URL(postgres.url), { pathname: '/crunch' }).href;
  await migrateCatalog(databaseUrl);
  const catalog = openCatalog({ databaseUrl });
  const storageFolder = path.join(folder, 'storage');
  await mkdir(storageFolder);
  const server = await startBenchServer(catalog, storageFolder);
  return { url: server.url, databaseUrl, catalog, makeToken, addProject, stop };

  async function makeToken(scope) {
    const { createToken } = await load('catalog/tokens.js');
    const token = { name: 'bench', scope, expiresInSeconds: 3600, projects: [], pools: [] };
    return (await createToken(catalog, token, { name: 'bench' })).token;
  }

  /** Adds the project `bench`, whose workflow is an empty script. */
  async function addProject() {
    const { createProject } = await load('catalog/projects.js');
    const content = { content: Buffer.from('#!/bin/sh\n'), sha256: 'a'.repeat(64), format: 'text', entry: 'workflow' };
    const workflow = { source: { kind: 'text' }, content };
    const words = { description: '', details: '' };
    await createProject(catalog, { name: 'Bench', engine: 'script', workflow, ...words }, { name: 'bench' });
  }

  async function stop() {
    await server.stop();
    await catalog.close();
    await postgres.stop();
  }
}
