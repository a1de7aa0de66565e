import type { CrunchClient } from '../../client/index.ts';
import { doOnce } from '../../catalog/answered-requests.ts';
import { joinTransaction, type Catalog } from '../../catalog/open-catalog.ts';
import type { Endpoint } from '../../shared/contract/endpoint.ts';
import { contract } from '../../shared/contract/index.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { startTestApi, type TestApi } from '../helpers/test-api.ts';
import { describeWith } from '../setup/test-services.ts';

/** A request for each operation that takes a key, and what it must leave behind exactly once. */
const REQUESTS: Record<string, { body: object; action: string }> = {
  createProject: { body: { name: 'Made' }, action: 'project.create' },
  createDataset: { body: { project: 'p', name: 'Made' }, action: 'dataset.create' },
  createItem: { body: { parent: 'p', name: 'Made item' }, action: 'item.create' },
  createAttribute: {
    body: { item: 'p', attribute: { type: 'char', key: 'k', value: 'v' } },
    action: 'attribute.create',
  },
  queueDatasets: { body: { datasets: ['p:draft'] }, action: 'dataset.queue' },
  cancelDatasets: { body: { datasets: ['p:queued'] }, action: 'dataset.cancel' },
  moveItem: { body: { name: 'Moved' }, action: 'item.move' },
  retryDatasets: { body: { datasets: ['p:cancelled'] }, action: 'dataset.retry' },
};

const TAKING = Object.entries<Endpoint>(contract).filter(([, { takesKey }]) => takesKey);

await describeWith('postgres', 'requests that come twice', ({ url: databaseUrl }) => {
  let api: TestApi;
  let client: CrunchClient;
  let authorization: string;

  beforeAll(async () => {
    api = await startTestApi({ databaseUrl });
    client = await api.signIn();
    authorization = `Bearer ${await api.makeToken()}`;
    await client.createProject({ body: { name: 'P' } });
    for (const name of ['Draft', 'Queued', 'Cancelled']) await client.createDataset({ body: { project: 'p', name } });
    await client.createItem({ body: { parent: 'p', name: 'Movable' } });
    await client.queueDatasets({ body: { datasets: ['p:queued', 'p:cancelled'] } });
    await client.cancelDatasets({ body: { datasets: ['p:cancelled'] } });
  });
  afterAll(() => api.stop());

  async function send(path: string, key: string, body: object, token = authorization) {
    const response = await fetch(`${api.url}/api/v1${path}`, {
      method: 'POST',
      headers: { authorization: token, 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as { [field: string]: unknown } };
  }

  const countOf = (action: string) => api.catalog.prisma.auditEvent.count({ where: { action } });

  test('all operations that take a key are tried here', () => {
    expect(TAKING.map(([name]) => name).toSorted()).toEqual(Object.keys(REQUESTS).toSorted());
  });

  test.each(TAKING)('%s is done once, however many come at the same time and later', async (name, { path, status }) => {
    const { body, action } = REQUESTS[name]!;
    const before = await countOf(action);
    const together = await Promise.all(
      Array.from({ length: 5 }, () => send(path.replace('{slug}', 'p:movable'), `of-${name}`, body)),
    );
    const later = await send(path.replace('{slug}', 'p:movable'), `of-${name}`, body);
    for (const answer of [...together, later]) expect(answer).toEqual(together[0]);
    expect(later.status).toBe(status ?? 200);
    expect(await countOf(action)).toBe(before + 1);
  });

  test('another request under the same key is refused in clear words, and does nothing', async () => {
    await send('/items', 'reused', { parent: 'p', name: 'One' });
    for (const [path, body] of [
      ['/items', { parent: 'p', name: 'Two' }],
      ['/datasets', { project: 'p', name: 'Two' }],
    ] as const) {
      expect(await send(path, 'reused', body)).toMatchObject({
        status: 422,
        body: { code: 'key-reused', detail: expect.stringContaining('take a new key') },
      });
    }
    await expect(client.getItem({ params: { slug: 'p:two' } })).rejects.toMatchObject({ code: 'not-found' });
  });

  test('keys of different callers have nothing to do with each other', async () => {
    const body = { item: 'p', attribute: { type: 'char', key: 'mine', value: 'v' } };
    const other = `Bearer ${await api.makeToken()}`;
    const [one, two] = [await send('/attributes', 'shared', body), await send('/attributes', 'shared', body, other)];
    expect([one.status, two.status]).toEqual([201, 201]);
    expect(one.body).not.toEqual(two.body);
  });

  test('a request that was refused may be sent again once it can be done', async () => {
    const body = { parent: 'p:later', name: 'Below' };
    expect(await send('/items', 'again', body)).toMatchObject({ status: 404 });
    await client.createItem({ body: { parent: 'p', name: 'Later' } });
    expect(await send('/items', 'again', body)).toMatchObject({ status: 201, body: { slug: 'p:later:below' } });
  });

  test.each(['two words', 'x'.repeat(256), '\u00fc'])('the key “%s” is refused', async (key) => {
    expect(await send('/items', key, { parent: 'p', name: 'Never' })).toMatchObject({ status: 400 });
  });

  test('an operation that would not heed a key refuses it', async () => {
    const answer = await send('/tokens', 'key', { name: 'x', scope: 'read' });
    expect(answer).toMatchObject({
      status: 400,
      body: { detail: expect.stringContaining('takes no Idempotency-Key') },
    });
  });

  test('what a request does and the note that it is done come together or not at all', async () => {
    const request = { caller: 'c', key: 'k', sha256: 'a'.repeat(64) };
    const died = new CrunchError('internal', 'the process dies before the answer is kept');
    await expect(
      doOnce(api.catalog, request, async ({ prisma }) => {
        await prisma.item.update({ where: { slug: 'p' }, data: { description: 'half' } });
        throw died;
      }),
    ).rejects.toBe(died);
    expect(await client.getItem({ params: { slug: 'p' } })).toMatchObject({ description: '' });
    expect(await api.catalog.prisma.answeredRequest.count({ where: { caller: 'c' } })).toBe(0);
  });

  test('a catalog that is part of a transaction does nothing outside of it', async () => {
    const failed = api.catalog.transact(async (queries) => {
      const joined = joinTransaction(api.catalog, queries);
      await joined.transact((inner) => inner.item.update({ where: { slug: 'p' }, data: { details: 'x' } }));
      throw new CrunchError('conflict', 'no');
    });
    await expect(failed).rejects.toMatchObject({ code: 'conflict' });
    expect(await client.getItem({ params: { slug: 'p' } })).toMatchObject({ details: '' });
  });

  test('a transaction has the time that its work says, and no part of it may take longer', async () => {
    const request = { caller: 'c', key: 'long', sha256: '0' };
    const part = (catalog: Catalog) => catalog.transact(async () => 'done', { timeoutMs: 90_000 });
    await expect(doOnce(api.catalog, request, part)).rejects.toThrow('a part of 90000 ms in a transaction of 60000 ms');
    await expect(doOnce(api.catalog, request, part, { timeoutMs: 90_000 })).resolves.toBe('done');
    const sleep = (catalog: Catalog) => catalog.prisma.$executeRaw`SELECT pg_sleep(1)`;
    await expect(doOnce(api.catalog, { ...request, key: 'short' }, sleep, { timeoutMs: 20 })).rejects.toMatchObject({
      code: 'catalog-unavailable',
    });
  });

  test('requests are kept for more than a day, and forgotten after two', async () => {
    const age = (key: string, hours: number) =>
      api.catalog.prisma.answeredRequest.updateMany({
        where: { key },
        data: { at: new Date(Date.now() - hours * 3600_000) },
      });
    const body = { parent: 'p', name: 'Aged' };
    const first = await send('/items', 'aged', body);
    await age('aged', 25);
    expect(await send('/items', 'aged', body)).toEqual(first);
    await age('aged', 49);
    expect(await send('/items', 'aged', body)).toMatchObject({ status: 409 });
  });
});
