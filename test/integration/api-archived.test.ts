import { admitDatasets } from '../../catalog/admission.ts';
import { getDataset } from '../../catalog/datasets.ts';
import type { CrunchClient } from '../../client/index.ts';
import { ADMISSION_DEFAULTS } from '../helpers/admit-slugs.ts';
import { startTestApi, type TestApi } from '../helpers/test-api.ts';
import { addDataset, addHost, addProject } from '../setup/catalog.ts';
import { describeWith } from '../setup/test-services.ts';

await describeWith('postgres', 'what is archived', ({ url: databaseUrl }) => {
  let api: TestApi;
  let client: CrunchClient;

  beforeAll(async () => {
    api = await startTestApi({ databaseUrl });
    client = await api.signIn();
    for (const name of ['p', 'q']) {
      await addProject(api.catalog, { name });
      for (const dataset of ['a', 'b']) await addDataset(api.catalog, name, dataset);
    }
    await addHost(api.catalog, { name: 'lab' });
  });
  afterAll(() => api.stop());

  const archiveDataset = (slug: string, archived = true) =>
    client.changeDataset({ params: { slug }, body: { archived } });
  const archiveProject = (slug: string, archived = true) =>
    client.changeProject({ params: { slug }, body: { archived } });
  const slugs = ({ items }: { items: { slug: string }[] }) => items.map(({ slug }) => slug);

  test('a dataset is hidden from lists and counts unless asked for, and can be read', async () => {
    await expect(archiveDataset('p:a')).resolves.toMatchObject({ archived: true });
    expect(slugs(await client.listDatasets({ query: { project: 'p' } }))).toEqual(['p:b']);
    expect(slugs(await client.listDatasets({ query: { project: 'p', archived: true } }))).toEqual(['p:a', 'p:b']);
    expect(slugs(await client.listItems({ query: { parent: 'p' } }))).toEqual(['p:b']);
    expect(slugs(await client.listItems({ query: { parent: 'p', archived: true } }))).toEqual(['p:a', 'p:b']);
    await expect(client.getProject({ params: { slug: 'p' } })).resolves.toMatchObject({ datasets: { draft: 1 } });
    await expect(client.getDataset({ params: { slug: 'p:a' } })).resolves.toMatchObject({ archived: true });
    await archiveDataset('p:a', false);
    expect(slugs(await client.listDatasets({ query: { project: 'p' } }))).toEqual(['p:a', 'p:b']);
    const event = await api.catalog.prisma.auditEvent.findFirstOrThrow({
      where: { subject: 'p:a', action: 'dataset.change' },
    });
    expect(event.detail).toMatchObject({ before: { archived: false }, after: { archived: true } });
  });

  test('a project is hidden with its datasets', async () => {
    await expect(archiveProject('q')).resolves.toMatchObject({ archived: true });
    expect(slugs(await client.listProjects())).toEqual(['p']);
    expect(slugs(await client.listProjects({ query: { archived: true } }))).toEqual(['p', 'q']);
    expect(slugs(await client.listItems())).toEqual(['p']);
    expect(slugs(await client.listDatasets({ query: { project: 'q' } }))).toEqual([]);
    await expect(client.createDataset({ body: { project: 'q', name: 'c' } })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('unarchive it'),
    });
    await expect(client.moveItem({ params: { slug: 'p:b' }, body: { parent: 'q' } })).rejects.toMatchObject({
      code: 'conflict',
    });
    await archiveProject('q', false);
  });

  test('it is not queued, by name or by filter, and not archived while it is', async () => {
    await archiveDataset('p:a');
    await archiveProject('q');
    const named = await client.queueDatasets({ body: { datasets: ['p:a', 'q:a'] } });
    expect(named.items).toEqual([]);
    for (const { reason } of named.refused) expect(reason).toContain('unarchive it first');
    const all = await client.queueDatasets({ body: { states: ['draft'] } });
    expect(all.items).toEqual(['p:b']);
    await expect(archiveDataset('p:b')).rejects.toMatchObject({ code: 'conflict' });
    await expect(archiveProject('p')).rejects.toMatchObject({ code: 'conflict' });
    const admitted = await admitDatasets(api.catalog, ADMISSION_DEFAULTS);
    expect(admitted.map(({ dataset }) => dataset.slug)).toEqual(['p:b']);
    await client.cancelDatasets({ body: { datasets: ['p:b'] } });
    await archiveDataset('p:a', false);
    await archiveProject('q', false);
  });

  test('who queues and who archives at the same time never both succeed', async () => {
    for (let round = 0; round < 8; round += 1) {
      const { slug } = await addProject(api.catalog, { name: `race ${round}` });
      const dataset = await addDataset(api.catalog, slug, 'd');
      const archive = round % 2 === 0 ? () => archiveProject(slug) : () => archiveDataset(dataset);
      const [queued, archived] = await Promise.allSettled([
        client.queueDatasets({ body: { datasets: [dataset] } }),
        archive(),
      ]);
      const isQueued = queued.status === 'fulfilled' && queued.value.items.length === 1;
      expect(isQueued).not.toBe(archived.status === 'fulfilled');
      expect((await getDataset(api.catalog, dataset)).state).toBe(isQueued ? 'queued' : 'draft');
    }
  });
});
