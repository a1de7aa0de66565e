import { PassThrough } from 'node:stream';
import { removeFiles, type StepLimits } from '../../activities/control/remove-files.ts';
import type { CrunchClient } from '../../client/index.ts';
import { forEachConcurrently } from '../../platform/for-each-concurrently.ts';
import { createLogger } from '../../platform/logger.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import type { Storage } from '../../storage/storage.ts';
import { describeContent } from '../helpers/lease-bench.ts';
import { startTestApi, type TestApi } from '../helpers/test-api.ts';
import { withMethods } from '../helpers/with-methods.ts';
import { addProject } from '../setup/catalog.ts';
import { describeWith } from '../setup/test-services.ts';

const CONTENT = Buffer.from('five!');
const logger = createLogger({ name: 'test', level: 'fatal', pretty: false, destination: new PassThrough() });

await describeWith('postgres', 'removals of files', ({ url: databaseUrl }) => {
  let api: TestApi;
  let client: CrunchClient;

  beforeAll(async () => {
    api = await startTestApi({ databaseUrl });
    client = await api.signIn();
    await addProject(api.catalog, { name: 'p' });
  });
  afterAll(() => api.stop());
  beforeEach(() => api.catalog.prisma.storageRemoval.deleteMany());

  /** The folder of a dataset that was deleted, with so many files in it. */
  async function leaveFiles(name: string, files: number): Promise<string> {
    const { slug, basePath } = await client.createDataset({ body: { project: 'p', name } });
    const paths = Array.from({ length: files }, (_, number) => `${basePath}/out/${number}`);
    await forEachConcurrently(paths, { limit: 16 }, async (path) => {
      await api.storage.write(path, CONTENT, describeContent(CONTENT));
    });
    await client.deleteDataset({ params: { slug } });
    return basePath!;
  }

  async function stored(folder: string): Promise<string[]> {
    const paths: string[] = [];
    for await (const { path } of api.storage.list(folder)) paths.push(path);
    return paths;
  }

  const limit = (limits: Partial<StepLimits>): StepLimits => ({
    ...{ objects: 500, beginWithinMs: 60_000, endWithinMs: 60_000 },
    ...limits,
  });
  const remove = (storage: Storage, limits: StepLimits) =>
    removeFiles({ catalog: api.catalog, storage, logger }, { limits });
  const set = (data: { dueAt: Date; failures?: number }) => api.catalog.prisma.storageRemoval.updateMany({ data });
  const waiting = () => api.catalog.prisma.storageRemoval.findMany();

  test('what can’t be removed keeps nothing that is listed behind it, and is tried again', async () => {
    const folder = await leaveFiles('stuck', 6);
    const stuck = (await stored(folder)).slice(0, 2);
    const refusing = withMethods(api.storage, {
      delete: async (path) => {
        if (stuck.includes(path)) throw new CrunchError('storage-refused', 'no');
        await api.storage.delete(path);
      },
    });
    const limits = limit({ objects: 2 });
    await remove(refusing, limits);
    expect(await waiting()).toMatchObject([{ leftBehind: 2, failures: 0, lastError: 'no' }]);
    await set({ dueAt: new Date(0), failures: 5 });
    await remove(refusing, limits);
    expect(await stored(folder)).toEqual(stuck);
    const [left] = await waiting();
    // The others were removed, so that what failed before counts no more.
    expect(left).toMatchObject({ leftBehind: 0, failures: 1, lastError: 'no' });
    expect(left!.dueAt.getTime()).toBeGreaterThan(Date.now());
    await set({ dueAt: new Date(0) });
    await remove(refusing, limits);
    expect(await waiting()).toMatchObject([{ failures: 2 }]);
    await set({ dueAt: new Date(0) });
    await remove(api.storage, limits);
    expect([await stored(folder), await waiting()]).toEqual([[], []]);
  });

  test('a folder of many files leaves others their turn', async () => {
    const [many, few] = [await leaveFiles('many', 5), await leaveFiles('few', 1)];
    const removed: string[] = [];
    const noting = withMethods(api.storage, {
      delete: async (path) => {
        removed.push(path.startsWith(`${many}/`) ? 'many' : 'few');
        await api.storage.delete(path);
      },
    });
    await remove(noting, limit({ objects: 2 }));
    expect(removed).toEqual(['many', 'many', 'few', 'many', 'many', 'many']);
    expect([await stored(many), await stored(few), await waiting()]).toEqual([[], [], []]);
  });

  test('a slow storage makes steps small, and is no failure', async () => {
    const folder = await leaveFiles('slow', 40);
    const seen = new Map<number, number>();
    const watching = withMethods(api.storage, {
      delete: async (path) => {
        for (const { dueAt, failures } of await waiting()) seen.set(dueAt.getTime(), failures);
        await api.storage.delete(path);
      },
    });
    await remove(watching, limit({ beginWithinMs: 0 }));
    expect([await stored(folder), await waiting()]).toEqual([[], []]);
    // Each step makes it due anew.
    expect([...seen.values()]).toEqual([0, 0, 0]);
  });

  test('a deletion that doesn’t end fails alone', async () => {
    const folder = await leaveFiles('hanging', 20);
    const [hanging] = await stored(folder);
    const storage = withMethods(api.storage, {
      delete: async (path, options) => {
        if (path !== hanging) return api.storage.delete(path);
        await new Promise((resolve) => options?.signal?.addEventListener('abort', resolve));
        throw new CrunchError('interrupted', 'no answer');
      },
    });
    await remove(storage, limit({ endWithinMs: 500 }));
    expect(await stored(folder)).toEqual([hanging]);
    expect(await waiting()).toMatchObject([{ failures: 1, lastError: 'no answer' }]);
  });

  test('once it is to stop, nothing new is begun', async () => {
    const folder = await leaveFiles('stopped', 5);
    const stopping = new AbortController();
    const storage = withMethods(api.storage, {
      delete: async (path) => {
        stopping.abort();
        await api.storage.delete(path);
      },
    });
    const options = { stopping: stopping.signal, limits: limit({ objects: 2 }) };
    await removeFiles({ catalog: api.catalog, storage, logger }, options);
    expect([(await stored(folder)).length, (await waiting()).length]).toEqual([3, 1]);
  });
});
