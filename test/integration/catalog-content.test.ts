import { FULL_ACCESS } from '../../catalog/access.ts';
import { createAttribute, type AttributeRecord } from '../../catalog/attributes.ts';
import { createDataset } from '../../catalog/create-dataset.ts';
import { changeDataset, getDataset } from '../../catalog/datasets.ts';
import { deleteTree } from '../../catalog/delete-tree.ts';
import { listFiles, recordFile, replacePublishedFiles, whileNoFile } from '../../catalog/files.ts';
import { createItem, getItem, listItems } from '../../catalog/items.ts';
import { joinTransaction, type Catalog } from '../../catalog/open-catalog.ts';
import type { Page, PageRequest } from '../../catalog/page.ts';
import { reshapeTrees } from '../../catalog/tree.ts';
import { admitDatasets } from '../../catalog/admission.ts';
import type { ManifestFile } from '../../shared/domain/manifest.ts';
import { ADMISSION_DEFAULTS } from '../helpers/admit-slugs.ts';
import { someoneWaitsForALock } from '../helpers/lock-waits.ts';
import { useCatalog } from '../helpers/use-catalog.ts';
import { addDataset, addHost, addProject, addQueuedDatasets, TESTER } from '../setup/catalog.ts';
import { describeWith } from '../setup/test-services.ts';

const TEXTS = { description: '', details: '' };

const ACTOR = { name: 'ada' };

await describeWith('postgres', 'datasets, items and files in the catalog', ({ url }) => {
  let catalog: Catalog;

  useCatalog(url, (opened) => {
    catalog = opened;
  });

  describe('datasets', () => {
    beforeEach(async () => {
      await addProject(catalog, { name: 'p' });
    });

    test('begin as drafts with a place of their own', async () => {
      const slug = await addDataset(catalog, 'p', 'My Data');
      expect(await getDataset(catalog, slug)).toMatchObject({
        ...{ slug: 'p:my-data', project: 'p', state: 'draft', basePath: 'crunch/p/my-data', runs: 0, run: null },
        ...{ queuedAt: null, reason: null, attributes: [], items: [] },
      });
      const input = { project: 'p', priority: 3, held: false, queue: false, ...TEXTS };
      await expect(createDataset(catalog, { ...input, name: 'my data' }, TESTER)).rejects.toMatchObject({
        code: 'conflict',
      });
      await expect(
        createDataset(catalog, { ...input, name: 'other', basePath: 'crunch/p/my-data' }, TESTER),
      ).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('files of p:my-data') });
      await expect(createDataset(catalog, { ...input, project: 'q', name: 'x' }, TESTER)).rejects.toMatchObject({
        code: 'not-found',
      });
    });

    test('are not named to whoever wants their place in another project', async () => {
      await addDataset(catalog, 'p', 'a');
      await addProject(catalog, { name: 'q' });
      const input = { project: 'q', priority: 3, held: false, queue: false, ...TEXTS };
      await expect(
        createDataset(catalog, { ...input, name: 'b', basePath: 'crunch/p/a' }, TESTER),
      ).rejects.toMatchObject({
        code: 'conflict',
        message: 'crunch/p/a holds the files of another project; give another base path.',
      });
    });

    test('are not waited for without end while somebody moves or deletes in their project', async () => {
      await catalog.transact(async (queries) => {
        await reshapeTrees(queries, 'p');
        await expect(addDataset(catalog, 'p', 'late')).rejects.toMatchObject({
          code: 'conflict',
          message: expect.stringContaining('Nothing was done; try again'),
        });
      });
      await expect(addDataset(catalog, 'p', 'late')).resolves.toBe('p:late');
    });

    test('don’t lie within each other though they are added at once', async () => {
      const input = { project: 'p', priority: 3, held: false, queue: false, ...TEXTS };
      let inner: Promise<unknown> | undefined;
      await catalog.transact(async (queries) => {
        await createDataset(joinTransaction(catalog, queries), { ...input, name: 'out', basePath: 'lab/1' }, TESTER);
        inner = createDataset(catalog, { ...input, name: 'in', basePath: 'lab/1/in' }, TESTER);
        inner.catch(() => undefined);
        await Promise.race([inner, someoneWaitsForALock(catalog)]);
      });
      await expect(inner).rejects.toMatchObject({ code: 'conflict' });
    });

    test.each(['crunch/p', 'crunch', 'crunch/p/a/deeper', 'crunch/p/a'])(
      'don’t lie within each other (%s)',
      async (basePath) => {
        await addDataset(catalog, 'p', 'a');
        const input = { project: 'p', priority: 3, held: false, queue: false, ...TEXTS };
        await expect(createDataset(catalog, { ...input, name: 'b', basePath }, TESTER)).rejects.toMatchObject({
          code: 'conflict',
          message: expect.stringContaining('crunch/p/a holds the files of p:a'),
        });
        for (const beside of ['crunch/p/a-b', 'crunch/p/aa', 'crunch/q/a', 'crunch/p/a.b/c']) {
          await createDataset(catalog, { ...input, name: beside, basePath: beside }, TESTER);
        }
      },
    );

    test('change, and go', async () => {
      const slug = await addDataset(catalog, 'p', 'a');
      const change = { name: 'B', details: '# B', priority: 1, held: true };
      expect(await changeDataset(catalog, slug, change, { actor: TESTER })).toMatchObject({ slug, ...change });
      await deleteTree(catalog, slug, 'dataset', { actor: TESTER, keepFiles: true });
      await expect(getDataset(catalog, slug)).rejects.toMatchObject({ code: 'not-found' });
      await expect(changeDataset(catalog, 'p', { held: true }, { actor: TESTER })).rejects.toMatchObject({
        code: 'not-found',
      });
    });
  });

  describe('items and attributes', () => {
    const VALUES: AttributeRecord[] = [
      { key: 'species', type: 'char', value: 'Adélie' },
      { key: 'mass', type: 'float', value: 3750.25 },
      { key: 'count', type: 'integer', value: -9007199254740991 },
      { key: 'size', type: 'filesize', value: 2 ** 45 },
      { key: 'wild', type: 'boolean', value: false },
      { key: 'seen', type: 'datetime', value: '2007-11-11T09:30:00.250Z' },
      { key: 'born', type: 'date', value: '2004-02-29' },
      { key: 'page', type: 'url', value: 'https://example.org/a?b=c' },
      { key: 'place', type: 'lat-long', latitude: -64.766667, longitude: 179.999999999 },
    ];

    beforeEach(async () => {
      await addProject(catalog, { name: 'p' });
      await addDataset(catalog, 'p', 'd');
    });

    test('all nine types come back as they were given, also where keys repeat', async () => {
      const given = [...VALUES, { key: 'mass', type: 'float', value: 0 } as const];
      for (const attribute of given) {
        expect(await createAttribute(catalog, { item: 'p:d', attribute }, { actor: TESTER })).toEqual({
          slug: 'p:d',
          attribute: { id: expect.any(Number), ...attribute },
        });
      }
      const kept = given.map((attribute) => ({ id: expect.any(Number), ...attribute }));
      expect((await getDataset(catalog, 'p:d')).attributes).toEqual(kept);
      expect((await getItem(catalog, 'p:d')).attributes).toEqual(kept);
    });

    test('times with an offset come back in UTC', async () => {
      const attribute = { key: 'at', type: 'datetime', value: '2024-01-01T00:30:00+02:00' } as const;
      const { attribute: kept } = await createAttribute(catalog, { item: 'p:d', attribute }, { actor: TESTER });
      expect(kept).toMatchObject({ value: '2023-12-31T22:30:00.000Z' });
    });

    test('the database itself refuses what an attribute can’t be', async () => {
      const { id } = await getDataset(catalog, 'p:d');
      for (const data of [
        { type: 'char', float: 1 },
        { type: 'char', text: 'a', float: 1 },
        { type: 'char', text: 'a'.repeat(1024) },
        { type: 'filesize', integer: -1n },
        { type: 'lat-long', latitude: 91, longitude: 0 },
        { type: 'lat-long', latitude: 1 },
        { type: 'other', text: 'a' },
      ]) {
        await expect(catalog.prisma.attribute.create({ data: { itemId: id, key: 'k', ...data } })).rejects.toThrow(
          /attribute_(type|columns)_check/,
        );
      }
      const attribute = { key: 'k', type: 'char', value: 'a\0b' } as const;
      await expect(createAttribute(catalog, { item: 'p:d', attribute }, { actor: TESTER })).rejects.toMatchObject({
        code: 'invalid-input',
      });
      await expect(createAttribute(catalog, { item: 'p:x', attribute }, { actor: TESTER })).rejects.toMatchObject({
        code: 'not-found',
      });
    });

    test('items nest at any depth, and go with what is below them', async () => {
      const item = { ...TEXTS, details: '*one*' };
      await createItem(catalog, { parent: 'p:d', name: 'Sample 1', ...item }, TESTER);
      const deep = await createItem(catalog, { parent: 'p:d:sample-1', name: 'Deep', ...item }, TESTER);
      expect(deep).toMatchObject({ slug: 'p:d:sample-1:deep', parent: 'p:d:sample-1', kind: 'item', details: '*one*' });
      expect((await getDataset(catalog, 'p:d')).items.map(({ slug }) => slug)).toEqual([
        'p:d:sample-1',
        'p:d:sample-1:deep',
      ]);
      expect((await listItems(catalog, { limit: 10, access: FULL_ACCESS })).items.map(({ slug }) => slug)).toEqual([
        'p',
      ]);
      expect(
        (await listItems(catalog, { limit: 10, parent: 'p', access: FULL_ACCESS })).items.map(({ slug }) => slug),
      ).toEqual(['p:d']);
      const deletion = { actor: TESTER, keepFiles: true };
      await expect(deleteTree(catalog, 'p:d', 'item', deletion)).rejects.toMatchObject({ code: 'conflict' });
      await deleteTree(catalog, 'p:d:sample-1', 'item', deletion);
      expect((await getDataset(catalog, 'p:d')).items).toEqual([]);
    });
  });

  describe('files', () => {
    const sha256 = 'b'.repeat(64);

    test('inputs are recorded while the dataset rests, and listed in byte order', async () => {
      await addProject(catalog, { name: 'p' });
      const slug = await addDataset(catalog, 'p', 'd');
      for (const path of ['b', 'B', 'a/ö', 'a-'])
        await recordFile(catalog, slug, { path, sizeBytes: 1, sha256 }, ACTOR);
      const again = await recordFile(catalog, slug, { path: 'b', sizeBytes: 2 ** 40, sha256 }, ACTOR);
      expect(again).toMatchObject({ path: 'b', sizeBytes: 2 ** 40, origin: 'input', run: null });
      const files = await readAll((page) => listFiles(catalog, slug, page), 3);
      expect(files.map(({ path }) => path)).toEqual(['B', 'a-', 'a/ö', 'b']);

      await addDataset(catalog, 'p', 'busy', { queue: true });
      await expect(recordFile(catalog, 'p:busy', { path: 'a', sizeBytes: 0, sha256 }, ACTOR)).rejects.toMatchObject({
        code: 'conflict',
      });
    });

    test.each([
      ['crunch/p/d/a/b', false],
      ['crunch/p/d/a', true],
      ['crunch/p/d/other', true],
      ['lab/a/b', true],
    ])('what is done with %s only while it is no file: %s', async (objectPath, isDone) => {
      await addProject(catalog, { name: 'p' });
      const slug = await addDataset(catalog, 'p', 'd');
      await recordFile(catalog, slug, { path: 'a/b', sizeBytes: 1, sha256 }, ACTOR);
      let done = false;
      await whileNoFile(catalog, objectPath, async () => void (done = true));
      expect(done).toBe(isDone);
    });

    test('a published manifest of 100,000 files takes their place, unless a newer run exists', async () => {
      await addProject(catalog, { name: 'p' });
      await addQueuedDatasets(catalog, 'p', 1);
      await addHost(catalog, { name: 'lab' });
      const [input] = await admitDatasets(catalog, ADMISSION_DEFAULTS);
      const [id, runId] = [input?.dataset.id ?? 0, input?.runId ?? ''];
      const files: ManifestFile[] = Array.from({ length: 100_000 }, (_, index) => ({
        ...{ path: `out/${index}`, sizeBytes: index, sha256, origin: 'result' },
      }));
      await replacePublishedFiles(catalog, id, runId, files);
      expect(await catalog.prisma.file.count()).toBe(100_000);

      const fewer: ManifestFile[] = [
        { path: 'in', sizeBytes: 1, sha256, origin: 'input' },
        { path: 'out/1', sizeBytes: 5, sha256, origin: 'changed', originalSha256: 'c'.repeat(64) },
      ];
      await replacePublishedFiles(catalog, id, runId, fewer);
      const before = await listFiles(catalog, 'p:d-1', { limit: 10 });
      expect(before.items).toMatchObject([
        { path: 'in', sizeBytes: 1, origin: 'input', originalSha256: null, run: null },
        { path: 'out/1', sizeBytes: 5, origin: 'changed', originalSha256: 'c'.repeat(64), run: runId },
      ]);
      await replacePublishedFiles(catalog, id, runId, fewer);
      expect(await listFiles(catalog, 'p:d-1', { limit: 10 })).toEqual(before);

      await catalog.prisma.$executeRaw`
        INSERT INTO run (id, dataset_id, number, revision_id, plan)
        SELECT gen_random_uuid(), dataset_id, 2, revision_id, plan FROM run`;
      await replacePublishedFiles(catalog, id, runId, []);
      expect(await listFiles(catalog, 'p:d-1', { limit: 10 })).toEqual(before);
    });
  });
});

async function readAll<T>(read: (page: PageRequest) => Promise<Page<T>>, limit: number): Promise<T[]> {
  const records: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await read({ cursor, limit });
    expect(page.items.length).toBeLessThanOrEqual(limit);
    records.push(...page.items);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return records;
}
