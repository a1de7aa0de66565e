import type { CrunchClient } from '../../client/index.ts';
import { startTestApi, type TestApi } from '../helpers/test-api.ts';
import { describeWith } from '../setup/test-services.ts';

const NOT_FOUND = { code: 'not-found' };

await describeWith('postgres', 'a token limited to some projects', ({ url: databaseUrl }) => {
  let api: TestApi;
  let admin: CrunchClient;
  let limited: CrunchClient;
  let pooled: CrunchClient;

  beforeAll(async () => {
    api = await startTestApi({ databaseUrl });
    admin = await api.signIn();
    for (const name of ['Own', 'Other']) {
      await admin.createProject({ body: { name, pool: name.toLowerCase() } });
      await admin.createDataset({ body: { project: name.toLowerCase(), name: 'Set' } });
    }
    limited = await api.signIn({ scope: 'operate', projects: ['own'] });
    pooled = await api.signIn({ scope: 'operate', pools: ['own'] });
  });
  afterAll(() => api.stop());

  test.each(['limited', 'pooled'])('lists only those (%s)', async (kind) => {
    const client = kind === 'limited' ? limited : pooled;
    await expect(client.listProjects()).resolves.toMatchObject({ items: [{ slug: 'own' }], next: null });
    await expect(client.listItems()).resolves.toMatchObject({ items: [{ slug: 'own' }], next: null });
    await expect(client.listDatasets()).resolves.toMatchObject({ items: [{ slug: 'own:set' }], next: null });
    await expect(client.listDatasets({ query: { project: 'other' } })).resolves.toEqual({ items: [], next: null });
    const filter = 'project != own or name = Set';
    await expect(client.listDatasets({ query: { filter, sort: '-project' } })).resolves.toMatchObject({
      items: [{ slug: 'own:set' }],
    });
    await expect(client.countDatasets({ query: { by: 'project', filter } })).resolves.toEqual({
      total: 1,
      counts: [{ value: 'own', count: 1 }],
    });
    await expect(client.countDatasets()).resolves.toMatchObject({ total: 1 });
    await expect(client.queueDatasets({ body: { filter, dryRun: true } })).resolves.toEqual({
      items: ['own:set'],
      refused: [],
    });
    await expect(client.getDataset({ params: { slug: 'own:set' } })).resolves.toMatchObject({ slug: 'own:set' });
  });

  test('others do not exist for it, in the same words as what really does not', async () => {
    const messageOf = async (slug: string) => {
      const error: unknown = await limited.getProject({ params: { slug } }).catch((thrown: unknown) => thrown);
      return error instanceof Error ? error.message.replaceAll(slug, '…') : error;
    };
    expect(await messageOf('other')).toBe(await messageOf('nothing-of-the-sort'));
    const params = { slug: 'other:set' };
    const calls = [
      () => limited.getDataset({ params }),
      () => limited.changeDataset({ params, body: { name: 'x' } }),
      () => limited.deleteDataset({ params }),
      () => limited.getTotals({ params }),
      () => limited.listPlaces({ params }),
      () => limited.previewDeletion({ params }),
      () => limited.moveItem({ params, body: { name: 'x' } }),
      () => limited.moveItem({ params: { slug: 'own:set' }, body: { parent: 'other' } }),
      () => limited.changeItem({ params, body: { name: 'x' } }),
      () => limited.createDataset({ body: { project: 'other', name: 'x' } }),
      () => limited.listStatuses({ params }),
      () => limited.listRuns({ params }),
      () => limited.listFiles({ params }),
      () => limited.getFile({ params: { ...params, path: 'a' } }),
      () => limited.getItem({ params }),
      () => limited.listItems({ query: { parent: 'other' } }),
      () => limited.createItem({ body: { parent: 'other:set', name: 'x' } }),
      () => limited.deleteItem({ params }),
      () => limited.createAttribute({ body: { item: 'other', attribute: { type: 'char', key: 'k', value: 'v' } } }),
    ];
    for (const call of calls) await expect(call()).rejects.toMatchObject(NOT_FOUND);
  });

  test('actions leave others alone', async () => {
    await expect(limited.queueDatasets({ body: { states: ['draft'] } })).resolves.toEqual({
      items: ['own:set'],
      refused: [],
    });
    const named = await limited.queueDatasets({ body: { datasets: ['other:set', 'nothing:here'] } });
    expect(named.items).toEqual([]);
    expect(named.refused.map(({ code }) => code)).toEqual(['not-found', 'not-found']);
    expect(named.refused.map(({ reason }) => reason.replace(/\S+$/, '…'))).toEqual(
      Array(2).fill(named.refused[0]?.reason.replace(/\S+$/, '…')),
    );
    await limited.cancelDatasets({ body: { projects: ['other'], states: ['draft', 'queued'] } });
    await expect(admin.getDataset({ params: { slug: 'other:set' } })).resolves.toMatchObject({ state: 'draft' });
  });

  test('it can’t reach others by a path in the storage, by a pool, or by a new project', async () => {
    await expect(
      limited.createDataset({ body: { project: 'own', name: 'x', basePath: 'crunch/other/set' } }),
    ).rejects.toMatchObject({ code: 'not-allowed' });
    await expect(limited.changeProject({ params: { slug: 'own' }, body: { pool: 'other' } })).rejects.toMatchObject({
      code: 'not-allowed',
    });
    await expect(limited.createProject({ body: { name: 'New' } })).rejects.toMatchObject({ code: 'not-allowed' });
  });
});
