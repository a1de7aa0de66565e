import { PassThrough, Readable } from 'node:stream';
import { removeFiles } from '../../activities/control/remove-files.ts';
import { admitDatasets } from '../../catalog/admission.ts';
import type { CrunchClient } from '../../client/index.ts';
import { forEachConcurrently } from '../../platform/for-each-concurrently.ts';
import { createLogger } from '../../platform/logger.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import type { Storage } from '../../storage/storage.ts';
import { ADMISSION_DEFAULTS } from '../helpers/admit-slugs.ts';
import { startTestApi, type TestApi } from '../helpers/test-api.ts';
import { withMethods } from '../helpers/with-methods.ts';
import { describeContent } from '../helpers/lease-bench.ts';
import { addHost, addProject } from '../setup/catalog.ts';
import { describeWith } from '../setup/test-services.ts';

const CONTENT = Buffer.from('five!');
const logger = createLogger({ name: 'test', level: 'fatal', pretty: false, destination: new PassThrough() });

await describeWith('postgres', 'deletion', ({ url: databaseUrl }) => {
  let api: TestApi;
  let client: CrunchClient;

  beforeAll(async () => {
    api = await startTestApi({ databaseUrl });
    client = await api.signIn();
  });
  afterAll(() => api.stop());

  /** A dataset of `p` with files, an item, and attributes on both. */
  async function fill(name: string, files = 3): Promise<{ slug: string; basePath: string }> {
    await addProject(api.catalog, { name: 'p' }).catch(() => undefined);
    const { slug, basePath } = await client.createDataset({ body: { project: 'p', name } });
    for (let number = 0; number < files; number += 1) {
      await client.putFile({
        params: { slug, path: `in/${number}` },
        query: { sha256: describeContent(CONTENT).sha256 },
        body: { sizeBytes: CONTENT.length, open: () => new Blob([CONTENT]) },
      });
    }
    await api.storage.write(`${basePath}/.crunch/kept`, CONTENT, describeContent(CONTENT));
    const item = await client.createItem({ body: { parent: slug, name: 'Nest' } });
    for (const owner of [slug, item.slug]) {
      const attribute = { key: 'raw', type: 'filesize', value: 100 } as const;
      await client.createAttribute({ body: { item: owner, attribute } });
    }
    return { slug, basePath: basePath! };
  }

  async function stored(folder: string): Promise<number> {
    return (await Readable.from(api.storage.list(folder)).toArray()).length;
  }

  const remove = (storage: Storage = api.storage) => removeFiles({ catalog: api.catalog, storage, logger });
  const waiting = () => api.catalog.prisma.storageRemoval.count();
  const dueNow = () => api.catalog.prisma.storageRemoval.updateMany({ data: { dueAt: new Date(0) } });

  test('a preview says exactly what goes, and changes nothing', async () => {
    const { slug } = await fill('preview');
    const gone = { datasets: 1, items: 1, attributes: 2, runs: 0, files: 3, fileBytes: 15, filesizeBytes: 200 };
    await expect(client.previewDeletion({ params: { slug } })).resolves.toEqual({
      ...gone,
      stored: { objects: 4, bytes: 20 },
      hindrance: null,
    });
    await expect(client.getTotals({ params: { slug } })).resolves.toEqual(gone);
    await expect(client.getTotals({ params: { slug: `${slug}:nest` } })).resolves.toMatchObject({
      ...{ datasets: 0, items: 1, attributes: 1, files: 0, filesizeBytes: 100 },
    });
    await expect(client.getDataset({ params: { slug } })).resolves.toMatchObject({ slug });
  });

  test('a dataset goes with its files, and the audit log says what went', async () => {
    const { slug, basePath } = await fill('whole');
    const neighbour = await fill('whole-2');
    await client.deleteDataset({ params: { slug } });
    await expect(client.getDataset({ params: { slug } })).rejects.toMatchObject({ code: 'not-found' });
    await remove();
    expect(await stored(basePath)).toBe(0);
    expect(await stored(neighbour.basePath)).toBe(4);
    expect(await waiting()).toBe(0);
    const event = await api.catalog.prisma.auditEvent.findFirstOrThrow({ where: { action: 'dataset.delete' } });
    expect(event).toMatchObject({
      subject: slug,
      detail: { before: { name: 'whole' }, items: 1, attributes: 2, files: 3, fileBytes: 15, keepFiles: false },
    });
  });

  test('a folder of many files is removed step by step, to the last one', async () => {
    const { slug, basePath } = await fill('many', 0);
    const paths = Array.from({ length: 520 }, (_, number) => `${basePath}/out/${number}`);
    await forEachConcurrently(paths, { limit: 16 }, async (path) => {
      await api.storage.write(path, CONTENT, describeContent(CONTENT));
    });
    await client.deleteDataset({ params: { slug } });
    await remove();
    expect([await stored(basePath), await waiting()]).toEqual([0, 0]);
  });

  test('files that are to be kept stay', async () => {
    const { slug, basePath } = await fill('kept');
    await client.deleteDataset({ params: { slug }, query: { keepFiles: true } });
    await remove();
    expect(await stored(basePath)).toBe(4);
    expect(await waiting()).toBe(0);
    // Whoever may add a dataset of that name gets neither the files nor their place, unless an admin wants just that.
    const name = 'kept';
    const editor = await api.signIn({ scope: 'edit', projects: ['p'] });
    const refusal = { code: 'conflict', message: expect.stringContaining('which an admin may give to another') };
    await expect(editor.createDataset({ body: { project: 'p', name, basePath } })).rejects.toMatchObject(refusal);
    const within = { project: 'p', name, basePath: `${basePath}/in` };
    await expect(client.createDataset({ body: within })).rejects.toMatchObject(refusal);
    await expect(editor.createDataset({ body: { project: 'p', name } })).resolves.toMatchObject({
      basePath: `${basePath}-2`,
    });
    const again = await client.createDataset({ body: { project: 'p', name: 'kept again', basePath } });
    expect(again.basePath).toBe(basePath);
    expect(await api.catalog.prisma.keptFolder.count()).toBe(0);
  });

  test('a project wants its slug repeated, and goes with all that is in it', async () => {
    const { basePath } = await fill('of project');
    const params = { slug: 'p' };
    await expect(client.deleteProject({ params, query: { confirm: 'q' } })).rejects.toMatchObject({
      code: 'invalid-input',
      fields: [{ path: 'confirm', message: 'must be p' }],
    });
    const { datasets } = await client.previewDeletion({ params });
    expect(datasets).toBeGreaterThan(1);
    await client.deleteProject({ params, query: { confirm: 'p' } });
    await expect(client.getProject({ params })).rejects.toMatchObject({ code: 'not-found' });
    await remove();
    expect(await stored(basePath)).toBe(0);
    expect(await api.catalog.prisma.workflowRevision.count()).toBe(0);
    expect(await api.catalog.prisma.auditEvent.count({ where: { action: 'project.delete', subject: 'p' } })).toBe(1);
  });

  test('an open run refuses it, in the preview too, until it is cancelled', async () => {
    const { slug } = await fill('busy');
    await addHost(api.catalog, { name: 'lab' });
    await client.queueDatasets({ body: { datasets: [slug] } });
    const sentence = `${slug} can’t be deleted while a dataset is queued or running: cancel first.`;
    const refusal = { code: 'conflict', message: sentence };
    await expect(client.deleteDataset({ params: { slug } })).rejects.toMatchObject(refusal);
    await admitDatasets(api.catalog, ADMISSION_DEFAULTS);
    await expect(client.deleteDataset({ params: { slug } })).rejects.toMatchObject(refusal);
    await expect(client.previewDeletion({ params: { slug } })).resolves.toMatchObject({ hindrance: sentence, runs: 1 });
    await client.cancelDatasets({ body: { datasets: [slug] } });
    await client.deleteDataset({ params: { slug } });
    expect(await api.catalog.prisma.run.count()).toBe(0);
  });

  test('of an old version it is refused', async () => {
    const { slug } = await fill('versions');
    const params = { slug };
    const { version } = await client.getDataset({ params });
    await client.changeDataset({ params, body: { priority: 1 } });
    const headers = { 'if-match': `"${version}"` };
    await expect(client.deleteDataset({ params, headers })).rejects.toMatchObject({ code: 'changed-meanwhile' });
    await client.deleteDataset({ params, headers: { 'if-match': `"${version + 1}"` } });
  });

  describe('what breaks in the middle', () => {
    test('a deletion that fails has taken nothing: rows and files stay', async () => {
      const { slug, basePath } = await fill('half');
      await remove();
      await api.catalog.prisma.$executeRaw`
        CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''the server dies''; END'`;
      await api.catalog.prisma.$executeRaw`CREATE TRIGGER die AFTER DELETE ON item EXECUTE FUNCTION die()`;
      await expect(client.deleteDataset({ params: { slug } })).rejects.toMatchObject({ code: 'internal' });
      await api.catalog.prisma.$executeRaw`DROP TRIGGER die ON item`;
      await expect(client.getDataset({ params: { slug } })).resolves.toMatchObject({ attributes: [{ key: 'raw' }] });
      await remove();
      expect(await stored(basePath)).toBe(4);
    });

    test('a process that dies while it removes files leaves the rest to the next one', async () => {
      const { slug, basePath } = await fill('crash', 40);
      await client.deleteDataset({ params: { slug } });
      let deletions = 0;
      const dying = withMethods(api.storage, {
        delete: async (path) => {
          deletions += 1;
          // For the database, a process that dies is a connection that ends.
          if (deletions === 10) {
            await api.catalog.prisma.$executeRaw`
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND state = 'idle in transaction'`;
          }
          await api.storage.delete(path);
        },
      });
      await expect(remove(dying)).rejects.toMatchObject({ code: 'catalog-unavailable' });
      expect(await waiting()).toBe(1);
      await api.storage.write(`${basePath}/in/late`, CONTENT, describeContent(CONTENT));
      await remove();
      expect(await stored(basePath)).toBe(0);
      expect(await waiting()).toBe(0);
    });

    test('a storage that refuses is tried again later; all others go on', async () => {
      const one = await fill('refused');
      const other = await fill('fine');
      for (const { slug } of [one, other]) await client.deleteDataset({ params: { slug } });
      const refusing = withMethods(api.storage, {
        delete: async (path) => {
          if (path.startsWith(`${one.basePath}/in/1`)) throw new CrunchError('storage-refused', 'no');
          await api.storage.delete(path);
        },
      });
      await remove(refusing);
      expect([await stored(one.basePath), await stored(other.basePath)]).toEqual([1, 0]);
      const [left] = await api.catalog.prisma.storageRemoval.findMany();
      expect(left).toMatchObject({ prefix: one.basePath, failures: 1, lastError: 'no' });
      expect(left!.dueAt.getTime()).toBeGreaterThan(Date.now());
      await remove();
      expect(await waiting()).toBe(1);
      await dueNow();
      await remove();
      expect([await stored(one.basePath), await waiting()]).toEqual([0, 0]);
    });

    test('nobody gets the place of files that are still being removed', async () => {
      const { slug, basePath } = await fill('place');
      await client.deleteDataset({ params: { slug } });
      const again = await client.createDataset({ body: { project: 'p', name: 'place' } });
      expect(again).toMatchObject({ slug, basePath: `${basePath}-2` });
      for (const path of [basePath, `${basePath}/in`]) {
        await expect(
          client.createDataset({ body: { project: 'p', name: 'wanted', basePath: path } }),
        ).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('still being removed') });
      }
      await remove();
      await client.createDataset({ body: { project: 'p', name: 'wanted', basePath } });
    });

    test('a file whose dataset is deleted while it is sent leaves nothing behind', async () => {
      const { slug, basePath } = await fill('upload', 0);
      const body = new PassThrough();
      const upload: RequestInit & { duplex: 'half' } = {
        method: 'PUT',
        headers: { authorization: `Bearer ${await api.makeToken()}`, 'content-length': String(CONTENT.length) },
        body: Readable.toWeb(body) as ReadableStream,
        duplex: 'half',
      };
      const sent = fetch(
        `${api.url}/api/v1/datasets/${slug}/files/late?sha256=${describeContent(CONTENT).sha256}`,
        upload,
      );
      body.write(CONTENT.subarray(0, 2));
      // The upload has begun once its beginning lies in the storage's scratch folder or in memory; it ends afterwards.
      await client.deleteDataset({ params: { slug } });
      await remove();
      body.end(CONTENT.subarray(2));
      expect((await sent).status).toBe(404);
      expect(await stored(basePath)).toBe(0);
    });
  });

  test('a token for a project that was deleted is not one for the next of its name', async () => {
    const { slug } = await addProject(api.catalog, { name: 'once' });
    const limited = await api.signIn({ projects: [slug] });
    await expect(limited.getProject({ params: { slug } })).resolves.toMatchObject({ slug });
    await client.deleteProject({ params: { slug }, query: { confirm: slug } });
    await addProject(api.catalog, { name: 'once' });
    await expect(limited.getProject({ params: { slug } })).rejects.toMatchObject({ code: 'not-found' });
    await expect(limited.listProjects()).resolves.toMatchObject({ items: [] });
  });

  test('a dataset that was moved keeps its runs when its former project goes', async () => {
    for (const name of ['from', 'to']) await addProject(api.catalog, { name });
    const { slug } = await client.createDataset({ body: { project: 'from', name: 'D', queue: true } });
    await admitDatasets(api.catalog, ADMISSION_DEFAULTS);
    await client.cancelDatasets({ body: { datasets: [slug] } });
    await client.moveItem({ params: { slug }, body: { parent: 'to' } });
    await client.deleteProject({ params: { slug: 'from' }, query: { confirm: 'from' } });
    await expect(client.listRuns({ params: { slug: 'to:d' } })).resolves.toMatchObject({
      items: [{ dataset: 'to:d', revision: 1, state: 'cancelled' }],
    });
    await client.deleteDataset({ params: { slug: 'to:d' } });
    const left = await api.catalog.prisma.workflowRevision.findMany({ where: { projectId: null } });
    expect(left).toEqual([]);
  });
});
