import type { CrunchClient } from '../../client/index.ts';
import { startTestApi, type TestApi } from '../helpers/test-api.ts';
import { describeWith } from '../setup/test-services.ts';

const CHANGED = { code: 'changed-meanwhile' };

await describeWith('postgres', 'changes of what somebody else changed', ({ url: databaseUrl }) => {
  let api: TestApi;
  let client: CrunchClient;
  let authorization: string;

  beforeAll(async () => {
    api = await startTestApi({ databaseUrl });
    client = await api.signIn();
    authorization = `Bearer ${await api.makeToken()}`;
    await client.createProject({ body: { name: 'P' } });
    await client.createDataset({ body: { project: 'p', name: 'D' } });
    await client.createItem({ body: { parent: 'p:d', name: 'Nest' } });
  });
  afterAll(() => api.stop());

  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${api.url}/api/v1${path}`, { headers: { authorization, ...headers } });

  /** The kinds of things that have a version: how each is read and changed. */
  const KINDS = [
    {
      path: '/projects/p',
      read: () => client.getProject({ params: { slug: 'p' } }),
      change: (tag: string, description: string) =>
        client.changeProject({ params: { slug: 'p' }, headers: { 'if-match': tag }, body: { description } }),
    },
    {
      path: '/datasets/p:d',
      read: () => client.getDataset({ params: { slug: 'p:d' } }),
      change: (tag: string, description: string) =>
        client.changeDataset({ params: { slug: 'p:d' }, headers: { 'if-match': tag }, body: { description } }),
    },
    {
      path: '/items/p:d:nest',
      read: () => client.getItem({ params: { slug: 'p:d:nest' } }),
      change: (tag: string, description: string) =>
        client.changeItem({ params: { slug: 'p:d:nest' }, headers: { 'if-match': tag }, body: { description } }),
    },
  ];

  describe.each(KINDS)('$path', ({ path, read, change }) => {
    test('is changed by its ETag, or by its version, and refused by an old one in clear words', async () => {
      const first = await get(path);
      const tag = first.headers.get('etag') ?? '';
      const { version } = await read();
      const changed = await change(tag, 'one');
      expect(changed).toMatchObject({ description: 'one', version: version + 1 });
      await expect(change(tag, 'two')).rejects.toMatchObject({
        ...CHANGED,
        message: expect.stringContaining(`you saw its version ${version}, and it has ${version + 1} now`),
      });
      await expect(change(`"${version + 1}"`, 'three')).resolves.toMatchObject({ description: 'three' });
      await expect(change('*', 'four')).resolves.toMatchObject({ description: 'four' });
      await expect(change('W/"1"', 'five')).rejects.toMatchObject({ code: 'invalid-input' });
    });

    test('of several who saw the same version, exactly one changes it', async () => {
      const { version } = await read();
      const words = ['a', 'b', 'c', 'd', 'e'];
      const outcomes = await Promise.allSettled(words.map((word) => change(`"${version}"`, word)));
      const winners = outcomes.filter((outcome) => outcome.status === 'fulfilled');
      expect(winners).toHaveLength(1);
      const losers = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
      expect(losers).toEqual(losers.map(() => expect.objectContaining(CHANGED)));
      expect(await read()).toMatchObject({ version: version + 1, description: winners[0]?.value.description });
    });

    test('is not sent again to who has it', async () => {
      const tag = (await get(path)).headers.get('etag') ?? '';
      const known = await get(path, { 'if-none-match': `"0-x", ${tag}` });
      expect([known.status, await known.text()]).toEqual([304, '']);
      const { version } = await read();
      await change(`"${version}"`, `new ${version}`);
      const fresh = await get(path, { 'if-none-match': tag });
      expect(fresh.status).toBe(200);
      expect(fresh.headers.get('etag')).not.toBe(tag);
    });

    test('a change that changes nothing makes no version', async () => {
      const { version, description } = await read();
      await expect(change('*', description)).resolves.toMatchObject({ version });
    });
  });

  test('what a run or another item does is news to a reader, but stands in nobody’s way who edits', async () => {
    const tag = (await get('/datasets/p:d')).headers.get('etag') ?? '';
    await client.queueDatasets({ body: { datasets: ['p:d'] } });
    const queued = await get('/datasets/p:d', { 'if-none-match': tag });
    expect(queued.status).toBe(200);
    await client.changeDataset({ params: { slug: 'p:d' }, headers: { 'if-match': tag }, body: { priority: 2 } });
    const project = await get('/projects/p');
    await client.createDataset({ body: { project: 'p', name: 'E' } });
    const later = await get('/projects/p', { 'if-none-match': project.headers.get('etag') ?? '' });
    expect(later.status).toBe(200);
  });

  test('an attribute belongs to its item’s version; it is changed and removed by its id', async () => {
    const slug = 'p:d:nest';
    const before = await client.getItem({ params: { slug } });
    const attribute = { key: 'mass', type: 'float', value: 1.5 } as const;
    const headers = { 'if-match': `"${before.version}"` };
    const { attribute: made } = await client.createAttribute({ headers, body: { item: slug, attribute } });
    await expect(client.createAttribute({ headers, body: { item: slug, attribute } })).rejects.toMatchObject(CHANGED);
    const place = { key: 'place', type: 'lat-long', latitude: -64.5, longitude: 179.25 } as const;
    const params = { id: made.id };
    await expect(client.changeAttribute({ params, headers, body: place })).rejects.toMatchObject(CHANGED);
    await expect(client.changeAttribute({ params, body: place })).resolves.toEqual({
      slug,
      attribute: { id: made.id, ...place },
    });
    await expect(client.deleteAttribute({ params, headers })).rejects.toMatchObject(CHANGED);
    const after = await client.getItem({ params: { slug } });
    expect(after).toMatchObject({ attributes: [{ id: made.id, ...place }], version: before.version + 2 });
    await client.deleteAttribute({ params, headers: { 'if-match': `"${after.version}"` } });
    await expect(client.getItem({ params: { slug } })).resolves.toMatchObject({ attributes: [] });
    await expect(client.deleteAttribute({ params })).rejects.toMatchObject({ code: 'not-found' });
  });

  test('an attribute of a project that the caller doesn’t see is not there, in the same words', async () => {
    const attribute = { key: 'k', type: 'char', value: 'v' } as const;
    const { attribute: made } = await client.createAttribute({ body: { item: 'p', attribute } });
    await client.createProject({ body: { name: 'Own' } });
    const limited = await api.signIn({ scope: 'edit', projects: ['own'] });
    const messageOf = async (id: number) => {
      const error: unknown = await limited.deleteAttribute({ params: { id } }).catch((thrown: unknown) => thrown);
      return error instanceof Error ? error.message.replace(String(id), '…') : error;
    };
    expect(await messageOf(made.id)).toBe(await messageOf(999_999));
    await expect(limited.changeAttribute({ params: { id: made.id }, body: attribute })).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  test('the audit log has who changed what, from where, before and after', async () => {
    const events = await api.catalog.prisma.auditEvent.findMany({ orderBy: { id: 'asc' } });
    const last = (action: string) => events.findLast((event) => event.action === action);
    const change = { actor: 'a test', detail: { before: { description: 'one' }, after: { description: 'three' } } };
    for (const [action, subject] of [
      ['dataset.change', 'p:d'],
      ['item.change', 'p:d:nest'],
    ]) {
      const found = events.filter((event) => event.action === action && event.subject === subject);
      expect(found).toContainEqual(expect.objectContaining({ ...change, address: expect.any(String) }));
    }
    expect(last('dataset.create')).toMatchObject({ subject: 'p:e', detail: { after: { name: 'E' } } });
    expect(events.find(({ action }) => action === 'attribute.change')).toMatchObject({
      subject: 'p:d:nest',
      detail: { before: { type: 'float', value: 1.5 }, after: { type: 'lat-long', latitude: -64.5 } },
    });
    expect(events.find(({ action }) => action === 'attribute.delete')).toMatchObject({
      detail: { before: { key: 'place' } },
    });
  });
});
