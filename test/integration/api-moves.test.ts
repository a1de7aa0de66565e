import { once } from 'node:events';
import { watch } from 'node:fs';
import { PassThrough, Readable } from 'node:stream';
import { admitDatasets } from '../../catalog/admission.ts';
import type { CrunchClient } from '../../client/index.ts';
import { ADMISSION_DEFAULTS } from '../helpers/admit-slugs.ts';
import { describeContent } from '../helpers/lease-bench.ts';
import { startTestApi, type TestApi } from '../helpers/test-api.ts';
import { addHost, addProject } from '../setup/catalog.ts';
import { describeWith } from '../setup/test-services.ts';

await describeWith('postgres', 'moves', ({ url: databaseUrl }) => {
  let api: TestApi;
  let client: CrunchClient;

  beforeAll(async () => {
    api = await startTestApi({ databaseUrl });
    client = await api.signIn();
  });
  afterAll(() => api.stop());

  let projects = 0;
  /** The slug of a new project with `d`, and `d:nest:egg` below. */
  async function plant(): Promise<string> {
    projects += 1;
    const { slug } = await addProject(api.catalog, { name: `p${projects}` });
    await client.createDataset({ body: { project: slug, name: 'D' } });
    await client.createItem({ body: { parent: `${slug}:d`, name: 'Nest' } });
    await client.createItem({ body: { parent: `${slug}:d:nest`, name: 'Egg' } });
    return slug;
  }

  const move = (slug: string, body: { parent?: string; name?: string }) => client.moveItem({ params: { slug }, body });
  const exists = (slug: string) => api.catalog.prisma.item.count({ where: { slug } });

  test('however many datasets a project has, they are dated at once when its slug changes', async () => {
    const { prisma } = api.catalog;
    await prisma.$executeRaw`CREATE TABLE dataset_updates (at timestamptz)`;
    await prisma.$executeRaw`
      CREATE FUNCTION note_updates() RETURNS trigger LANGUAGE plpgsql
      AS 'BEGIN INSERT INTO dataset_updates VALUES (now()); RETURN NULL; END'`;
    await prisma.$executeRaw`CREATE TRIGGER noted AFTER UPDATE ON dataset EXECUTE FUNCTION note_updates()`;
    const slug = await plant();
    for (const name of ['E', 'F', 'G']) await client.createDataset({ body: { project: slug, name } });
    const updatedAt = async (project: string) =>
      (await client.listDatasets({ query: { project: [project] } })).items.map((dataset) => dataset.updatedAt);
    const before = await updatedAt(slug);
    await prisma.$executeRaw`TRUNCATE dataset_updates`;
    const { slug: next } = await move(slug, { name: `${slug} renamed` });
    const [{ count }] = await prisma.$queryRaw<[{ count: number }]>`SELECT count(*)::int AS count FROM dataset_updates`;
    expect(count).toBe(1);
    const after = await updatedAt(next);
    expect(after).toHaveLength(4);
    for (const [index, at] of after.entries()) expect(Date.parse(at)).toBeGreaterThan(Date.parse(before[index]!));
    await prisma.$executeRaw`DROP TRIGGER noted ON dataset`;
  });

  test('a slug follows the name, with all below it; files stay where they are', async () => {
    const p = await plant();
    const before = await client.getDataset({ params: { slug: `${p}:d` } });
    await expect(move(`${p}:d`, { name: 'Torgersen Island' })).resolves.toMatchObject({
      slug: `${p}:torgersen-island`,
      name: 'Torgersen Island',
      version: before.version + 2,
    });
    await expect(client.getDataset({ params: { slug: `${p}:torgersen-island` } })).resolves.toMatchObject({
      id: before.id,
      basePath: before.basePath,
      items: [{ slug: `${p}:torgersen-island:nest` }, { slug: `${p}:torgersen-island:nest:egg` }],
    });
    const event = await api.catalog.prisma.auditEvent.findFirstOrThrow({ where: { action: 'dataset.move' } });
    expect(event.detail).toMatchObject({
      before: { slug: `${p}:d`, name: 'D' },
      after: { slug: `${p}:torgersen-island`, name: 'Torgersen Island' },
    });
  });

  test('an item goes below another one of its project, and only there', async () => {
    const p = await plant();
    const q = await plant();
    await expect(move(`${p}:d:nest:egg`, { parent: p })).resolves.toMatchObject({ slug: `${p}:egg`, parent: p });
    await expect(move(`${p}:d:nest`, { parent: `${p}:egg`, name: 'Old' })).resolves.toMatchObject({
      slug: `${p}:egg:old`,
    });
    for (const [slug, parent, reason] of [
      [`${p}:egg`, `${p}:egg:old`, 'below itself'],
      [`${p}:egg`, `${p}:egg`, 'below itself'],
      [`${p}:egg`, q, 'stays in its project'],
      [`${p}:d`, `${p}:egg`, 'directly below a project'],
      [p, q, 'below nothing'],
    ] as const) {
      await expect(move(slug, { parent })).rejects.toMatchObject({
        code: 'conflict',
        message: expect.stringContaining(reason),
      });
    }
    await expect(move(`${p}:egg`, { parent: `${p}:none` })).rejects.toMatchObject({ code: 'not-found' });
    await expect(move(`${p}:egg`, { name: 'D' })).rejects.toMatchObject({ code: 'conflict' });
    await expect(move(`${p}:egg`, {})).rejects.toMatchObject({ code: 'invalid-input' });
  });

  test('a dataset goes to another project, but not with an open run', async () => {
    const p = await plant();
    const q = await plant();
    await addHost(api.catalog, { name: 'lab' });
    await client.queueDatasets({ body: { datasets: [`${p}:d`] } });
    await admitDatasets(api.catalog, ADMISSION_DEFAULTS);
    const busy = { code: 'conflict', message: expect.stringContaining('a dataset has an open run') };
    await expect(move(`${p}:d`, { parent: q, name: 'E' })).rejects.toMatchObject(busy);
    await expect(move(`${p}:d`, { name: 'E' })).rejects.toMatchObject(busy);
    await expect(move(p, { name: 'New name' })).rejects.toMatchObject(busy);
    await client.cancelDatasets({ body: { datasets: [`${p}:d`] } });
    await move(`${p}:d`, { parent: q, name: 'E' });
    await expect(client.getDataset({ params: { slug: `${q}:e` } })).resolves.toMatchObject({ project: q, runs: 1 });
    await expect(client.listDatasets({ query: { project: p } })).resolves.toMatchObject({ items: [] });
    expect(await exists(`${q}:e:nest:egg`)).toBe(1);
  });

  describe('what had another slug', () => {
    test('is found by it, also what lies below, over several moves; a change is told the new one', async () => {
      const p = await plant();
      await move(`${p}:d`, { name: 'E' });
      await move(`${p}:e:nest`, { name: 'Hole' });
      await move(`${p}:e`, { name: 'F' });
      for (const slug of [`${p}:d:nest:egg`, `${p}:e:nest:egg`, `${p}:e:hole:egg`]) {
        await expect(client.getItem({ params: { slug } })).resolves.toMatchObject({ slug: `${p}:f:hole:egg` });
      }
      await expect(client.getDataset({ params: { slug: `${p}:d` } })).resolves.toMatchObject({ slug: `${p}:f` });
      await expect(client.listFiles({ params: { slug: `${p}:d` } })).resolves.toMatchObject({ items: [] });
      for (const change of [
        () => client.changeDataset({ params: { slug: `${p}:d` }, body: { priority: 1 } }),
        () => client.deleteDataset({ params: { slug: `${p}:d` } }),
        () => move(`${p}:d`, { name: 'G' }),
      ]) {
        await expect(change()).rejects.toMatchObject({
          code: 'moved',
          exitCode: 4,
          message: expect.stringContaining(`it is ${p}:f now`),
        });
      }
      await expect(client.getItem({ params: { slug: `${p}:d:none` } })).rejects.toMatchObject({ code: 'not-found' });
    });

    test('gives way to what takes the slug, for ever', async () => {
      const p = await plant();
      await move(`${p}:d`, { name: 'E' });
      const taken = await client.createDataset({ body: { project: p, name: 'D' } });
      expect(taken.basePath).not.toBe((await client.getDataset({ params: { slug: `${p}:e` } })).basePath);
      await expect(client.getDataset({ params: { slug: `${p}:d` } })).resolves.toMatchObject({ id: taken.id });
      await client.deleteDataset({ params: { slug: `${p}:d` } });
      await expect(client.getDataset({ params: { slug: `${p}:d` } })).rejects.toMatchObject({ code: 'not-found' });
      await move(`${p}:e`, { name: 'D' });
      await expect(client.getDataset({ params: { slug: `${p}:e` } })).resolves.toMatchObject({ slug: `${p}:d` });
    });

    test('tokens of a project go with it, and who doesn’t see it is not told where it went', async () => {
      const p = await plant();
      const q = await plant();
      const limited = await api.signIn({ scope: 'edit', projects: [p] });
      const other = await api.signIn({ scope: 'read', projects: [q] });
      await move(p, { name: `${p} renamed` });
      await expect(limited.getProject({ params: { slug: p } })).resolves.toMatchObject({ slug: `${p}-renamed` });
      await expect(limited.listDatasets()).resolves.toMatchObject({ items: [{ slug: `${p}-renamed:d` }] });
      const error: unknown = await other.getProject({ params: { slug: p } }).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'not-found', message: `There is no “${p}”.` });
      await addProject(api.catalog, { name: p });
      await expect(limited.getProject({ params: { slug: p } })).rejects.toMatchObject({ code: 'not-found' });
    });
  });

  test('what is added while its place moves lies in the new one, or is refused; nothing keeps an old slug', async () => {
    const p = await plant();
    const names = Array.from({ length: 12 }, (_, number) => `egg ${number}`);
    const outcomes = await Promise.allSettled([
      ...names.map((name) => client.createItem({ body: { parent: `${p}:d:nest`, name } })),
      move(`${p}:d`, { name: 'E' }),
      ...names.map((name) => client.createItem({ body: { parent: `${p}:d:nest:egg`, name } })),
    ]);
    const refusals = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
    expect(refusals).toEqual(refusals.map(() => expect.objectContaining({ code: 'not-found' })));
    const rows = await api.catalog.prisma.item.findMany({
      where: { slug: { startsWith: `${p}:` } },
      include: { parent: true },
    });
    expect(rows.length).toBeGreaterThan(3);
    for (const { slug, parent } of rows) expect(slug.slice(0, slug.lastIndexOf(':'))).toBe(parent?.slug);
  });

  test('visitors don’t hear from the place of a dataset’s files in which project it was before', async () => {
    const p = await plant();
    await client.createProject({ body: { name: 'Open', visibility: 'public' } });
    await move(`${p}:d`, { parent: 'open' });
    await api.catalog.prisma.$executeRaw`UPDATE dataset SET state = 'completed'`;
    const visit = async (path: string) => (await fetch(`${api.url}/api/v1/datasets${path}`)).text();
    const answers = [await visit('/open:d'), await visit(''), await visit('/export?column=name&column=path')];
    for (const answer of answers) expect(answer).toMatch(/"D"|^D,$/m);
    expect(answers.join()).not.toContain(`crunch/${p}`);
    await expect(client.getDataset({ params: { slug: 'open:d' } })).resolves.toMatchObject({
      basePath: `crunch/${p}/d`,
    });
  });

  test('a file that is sent while its dataset moves is the dataset’s, whoever has its old slug by then', async () => {
    const p = await plant();
    const { sha256 } = describeContent(Buffer.from('five!'));
    const body = new PassThrough();
    const upload: RequestInit & { duplex: 'half' } = {
      method: 'PUT',
      headers: { authorization: `Bearer ${await api.makeToken()}`, 'content-length': '5' },
      body: Readable.toWeb(body) as ReadableStream,
      duplex: 'half',
    };
    const watcher = watch(api.folder, { recursive: true });
    const begun = once(watcher, 'change');
    const sent = fetch(`${api.url}/api/v1/datasets/${p}:d/files/in?sha256=${sha256}`, upload);
    body.write('fi');
    await begun;
    watcher.close();
    await move(`${p}:d`, { name: 'E' });
    await client.createDataset({ body: { project: p, name: 'D' } });
    body.end('ve!');
    expect((await sent).status).toBe(201);
    const filesOf = async (slug: string) => (await client.listFiles({ params: { slug } })).items;
    expect(await filesOf(`${p}:d`)).toEqual([]);
    expect(await filesOf(`${p}:e`)).toMatchObject([{ path: 'in', sha256 }]);
  });
});
