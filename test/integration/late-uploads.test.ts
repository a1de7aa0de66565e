import { PassThrough, type Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { removeFiles } from '../../activities/control/remove-files.ts';
import type { CrunchClient } from '../../client/index.ts';
import { createLogger } from '../../platform/logger.ts';
import { describeContent } from '../helpers/lease-bench.ts';
import { startTestApi, type TestApi } from '../helpers/test-api.ts';
import { withMethods } from '../helpers/with-methods.ts';
import { addProject } from '../setup/catalog.ts';
import { describeWith } from '../setup/test-services.ts';

const logger = createLogger({ name: 'test', level: 'fatal', pretty: false, destination: new PassThrough() });

await describeWith('postgres', 'uploads that come too late', ({ url: databaseUrl }) => {
  let api: TestApi;
  let client: CrunchClient;
  /** Done once, when all bytes of an upload have come and before its file is put in place. */
  let meanwhile: (() => Promise<void>) | undefined;

  beforeAll(async () => {
    api = await startTestApi({
      databaseUrl,
      wrapStorage: (storage) =>
        withMethods(storage, {
          write: async (path, body, options) => {
            const due = meanwhile;
            if (due === undefined) return storage.write(path, body, options);
            meanwhile = undefined;
            const bytes = await buffer(body as Readable);
            await due();
            return storage.write(path, bytes, options);
          },
        }),
    });
    client = await api.signIn();
    await addProject(api.catalog, { name: 'p' });
  });
  afterAll(() => api.stop());

  const add = async (name: string) => {
    const { slug, basePath } = await client.createDataset({ body: { project: 'p', name } });
    return { slug, basePath: basePath! };
  };
  const put = (slug: string, text: string, sender = client) => {
    const content = Buffer.from(text);
    return sender.putFile({
      params: { slug, path: 'in' },
      query: { sha256: describeContent(content).sha256 },
      body: { sizeBytes: content.length, open: () => new Blob([content]) },
    });
  };
  const remove = () => removeFiles({ catalog: api.catalog, storage: api.storage, logger });
  /** The dataset goes with its files, and its place is another's. */
  const replace = async ({ slug, basePath }: { slug: string; basePath: string }) => {
    await client.deleteDataset({ params: { slug } });
    await remove();
    expect(await add(slug.slice(2))).toEqual({ slug, basePath });
  };

  async function read(basePath: string): Promise<string | undefined> {
    const path = `${basePath}/in`;
    if ((await api.storage.stat(path)) === undefined) return undefined;
    return String(await buffer((await api.storage.read(path)).stream));
  }

  test.each(['another text', 'late'])('leave what a new dataset of the same place has: %s', async (text) => {
    const old = await add(`new ${text}`.replaceAll(' ', '-'));
    meanwhile = async () => {
      await replace(old);
      await put(old.slug, text);
    };
    const failure = { code: text === 'late' ? 'not-found' : 'conflict' };
    await expect(put(old.slug, 'late')).rejects.toMatchObject(failure);
    expect(await read(old.basePath)).toBe(text);
    await expect(client.listFiles({ params: { slug: old.slug } })).resolves.toMatchObject({ items: [{ path: 'in' }] });
  });

  test('leave nothing in the folder of a new dataset of the same place', async () => {
    const old = await add('empty');
    meanwhile = () => replace(old);
    await expect(put(old.slug, 'late')).rejects.toMatchObject({ code: 'not-found' });
    expect(await read(old.basePath)).toBeUndefined();
    await remove();
    await expect(client.getDataset({ params: { slug: old.slug } })).resolves.toMatchObject({ basePath: old.basePath });
  });

  test('leave nothing in a folder that is nobody’s, which nobody gets before', async () => {
    const old = await add('nobody');
    meanwhile = async () => {
      await client.deleteDataset({ params: { slug: old.slug } });
      await remove();
    };
    await expect(put(old.slug, 'late')).rejects.toMatchObject({ code: 'not-found' });
    expect(await add('nobody')).toMatchObject({ basePath: `${old.basePath}-2` });
    await remove();
    expect(await read(old.basePath)).toBeUndefined();
    expect(await api.catalog.prisma.storageRemoval.count()).toBe(0);
  });

  test('leave nothing among files that were kept', async () => {
    const old = await add('kept');
    meanwhile = () => client.deleteDataset({ params: { slug: old.slug }, query: { keepFiles: true } });
    await expect(put(old.slug, 'late')).rejects.toMatchObject({ code: 'not-found' });
    expect(await read(old.basePath)).toBeUndefined();
    expect(await api.catalog.prisma.keptFolder.count()).toBe(1);
  });

  test('put nothing over what somebody else has put there meanwhile', async () => {
    const { slug, basePath } = await add('both');
    meanwhile = async () => void (await put(slug, 'first'));
    await expect(put(slug, 'second')).rejects.toMatchObject({
      code: 'conflict',
      message: 'Somebody else changed “in” while it was sent. Look at it, and send it again.',
    });
    expect(await read(basePath)).toBe('first');
    meanwhile = async () => void (await put(slug, 'third'));
    await expect(put(slug, 'third')).resolves.toMatchObject({ path: 'in', size: 5 });
  });

  test('are refused whose sender may not send any more, when all bytes have come', async () => {
    const { slug, basePath } = await add('revoked');
    const sender = await api.signIn({ name: 'to revoke', scope: 'edit' });
    const { items } = await client.listTokens();
    const { id } = items.find(({ name }) => name === 'to revoke')!;
    const content = Buffer.from('late');
    const open = () =>
      (async function* () {
        yield content.subarray(0, 2);
        await client.revokeToken({ params: { id } });
        yield content.subarray(2);
      })();
    const sent = sender.putFile({
      params: { slug, path: 'in' },
      query: { sha256: describeContent(content).sha256 },
      body: { sizeBytes: content.length, open: () => ReadableStream.from(open()) },
    });
    await expect(sent).rejects.toMatchObject({ code: 'not-signed-in' });
    expect(await read(basePath)).toBeUndefined();
  });
});
