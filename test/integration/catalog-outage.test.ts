import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FULL_ACCESS } from '../../catalog/access.ts';
import { migrateCatalog } from '../../catalog/migrate.ts';
import { checkCatalog, openCatalog, type Catalog } from '../../catalog/open-catalog.ts';
import { getProject, listProjects } from '../../catalog/projects.ts';
import { startPostgres, type RunningPostgres } from '../../platform/embedded/postgres.ts';
import { addProject, databaseUrl } from '../setup/catalog.ts';

let folder: string;
let server: RunningPostgres;
let catalog: Catalog;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'crunch-outage-'));
  // So that PostgreSQL's account may enter it where the tests run as root.
  await chmod(folder, 0o711);
  server = await startPostgres({ dataFolder: path.join(folder, 'postgres') });
});
afterEach(async () => {
  await catalog.close();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

test('an open catalog says that its database was killed, and goes on when it is back', async () => {
  const { port } = server;
  const url = databaseUrl(server.url, 'crunch');
  await migrateCatalog(url);
  catalog = openCatalog({ databaseUrl: url });
  let wakes = 0;
  let onWake = () => {};
  const woken = (count: number) =>
    new Promise<void>((resolve) => {
      onWake = () => wakes >= count && resolve();
      onWake();
    });
  catalog.notifications.onAdmission(() => {
    wakes += 1;
    onWake();
  });
  await woken(1);
  await addProject(catalog, { name: 'p' });

  process.kill(server.pid, 'SIGKILL');
  await server.exited;
  for (const call of [
    () => checkCatalog(catalog),
    () => listProjects(catalog, { limit: 1, access: FULL_ACCESS }),
    () => addProject(catalog, { name: 'q' }),
  ]) {
    await expect(call()).rejects.toMatchObject({ code: 'catalog-unavailable' });
  }

  const before = wakes;
  server = await startPostgres({ dataFolder: path.join(folder, 'postgres'), port });
  await woken(before + 1);
  expect(await getProject(catalog, 'p')).toMatchObject({ slug: 'p' });
  await catalog.close();
});
