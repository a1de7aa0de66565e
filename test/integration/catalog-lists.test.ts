import { FULL_ACCESS, type Access } from '../../catalog/access.ts';
import { createAttribute } from '../../catalog/attributes.ts';
import { changeDataset } from '../../catalog/datasets.ts';
import { deleteTree } from '../../catalog/delete-tree.ts';
import { countDatasets } from '../../catalog/count-datasets.ts';
import { recordFile, replacePublishedFiles } from '../../catalog/files.ts';
import { listDatasets, type DatasetQuery } from '../../catalog/list-datasets.ts';
import { openCatalog, type Catalog } from '../../catalog/open-catalog.ts';
import { getProject, listProjects } from '../../catalog/projects.ts';
import { parseFilter } from '../../shared/domain/filter/parse-filter.ts';
import { parseSort } from '../../shared/domain/filter/parse-sort.ts';
import { useCatalog } from '../helpers/use-catalog.ts';
import { addDataset, addProject, addQueuedDatasets, TESTER } from '../setup/catalog.ts';
import { describeWith } from '../setup/test-services.ts';

const COUNT = 23;

const limitedTo = (...projects: string[]): Access => ({ ...FULL_ACCESS, limits: { projects, pools: [] } });

/** Datasets of two projects with ties, absent values, and attributes of several types and numbers. */
const FILL = `
  INSERT INTO item (kind, parent_id, name, slug, created_at)
  SELECT 'dataset', parent.id, 'd' || n % 4, parent.slug || ':d-' || n, '2024-01-01'::timestamptz + n % 5 * interval '1 h'
  FROM item AS parent, generate_series(1, ${COUNT}) AS n WHERE parent.kind = 'project' ORDER BY n;
  INSERT INTO dataset (
    item_id, project_id, base_path, state, stage, host, reason, priority, held, queued_at, run_count, size_bytes, file_count
  )
  SELECT id, parent_id, slug, (ARRAY['draft', 'failed', 'completed'])[id % 3 + 1],
    CASE id % 3 WHEN 0 THEN 'upload' WHEN 1 THEN 'workflow' END, CASE WHEN id % 2 = 0 THEN 'lab-' || id % 4 END,
    CASE WHEN id % 5 = 0 THEN 'full' WHEN id % 5 = 1 THEN '' END, id % 5 + 1, id % 3 = 0,
    CASE WHEN id % 4 > 0 THEN '2024-01-01'::timestamptz + id % 7 * interval '1 ms' END, id % 2, id % 6 * 2 ^ 40, id % 3
  FROM item WHERE kind = 'dataset';
  INSERT INTO run (id, dataset_id, number, revision_id, plan, state, started_at, closed_at)
  SELECT gen_random_uuid(), dataset.item_id, 1, project.revision_id, '[]', 'failed',
    CASE WHEN dataset.item_id % 4 = 1 THEN now() - dataset.item_id % 5 * interval '1 ms' END, now()
  FROM dataset JOIN project ON project.item_id = project_id WHERE run_count = 1;
  INSERT INTO attribute (item_id, key, type, "float")
  SELECT item_id, 'mixed', 'float', item_id % 3 / 3.0 FROM dataset, generate_series(1, item_id % 3);
  INSERT INTO attribute (item_id, key, type, integer)
  SELECT item_id, 'mixed', 'integer', -item_id % 4 FROM dataset WHERE item_id % 4 > 1;
  INSERT INTO attribute (item_id, key, type, text)
  SELECT item_id, 'mixed', 'char', 'text ' || item_id % 3 FROM dataset WHERE item_id % 5 > 1;
  INSERT INTO attribute (item_id, key, type, date)
  SELECT item_id, 'date', 'date', '2024-01-01'::date + item_id % 3 FROM dataset WHERE item_id % 3 > 0;
  INSERT INTO attribute (item_id, key, type, text)
  SELECT item_id, 'name', 'char', repeat('é', 200) || item_id FROM dataset WHERE item_id % 3 > 0;`;

const SORTS = [
  ...['name', 'slug', 'project', 'state', 'stage', 'host', 'reason', 'priority', 'held', 'created', 'updated'],
  ...['queued', 'started', 'finished', 'runs', 'files', 'size', 'attr.mixed', 'attr.date', 'attr.name', 'attr.none'],
];

await describeWith('postgres', 'lists of datasets', ({ url }) => {
  let catalog: Catalog;

  const catalogs = useCatalog(url, (opened) => {
    catalog = opened;
  });

  beforeEach(async () => {
    await addProject(catalog, { name: 'p' });
    await addProject(catalog, { name: 'q' });
  });

  async function runSql(statements: string): Promise<void> {
    for (const statement of statements.split(';').filter((it) => it.trim() !== '')) {
      await catalog.prisma.$executeRawUnsafe(statement);
    }
  }

  const list = (query: Partial<DatasetQuery> = {}) =>
    listDatasets(catalog, { access: FULL_ACCESS, columns: [], limit: 100, ...query });

  async function readPages(query: Partial<DatasetQuery>, limit: number): Promise<string[]> {
    const slugs: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await list({ ...query, limit, cursor });
      expect(page.items.length).toBe(page.next === null ? page.items.length : limit);
      slugs.push(...page.items.map(({ slug }) => slug));
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    return slugs;
  }

  test('each dataset is on one page, whatever they are sorted by, and pages are parts of one list', async () => {
    await runSql(FILL);
    const all = (await list()).items.map(({ slug }) => slug);
    expect(all).toHaveLength(2 * COUNT);
    const filters = [undefined, 'project = p and (attr.mixed > 0 or name = d1)', 'attr.mixed > 0'];
    for (const filter of filters.map((text) => (text === undefined ? undefined : parseFilter(text)))) {
      const wanted = (await list({ filter })).items.map(({ slug }) => slug);
      expect(await readPages({ filter }, 11)).toEqual(wanted);
      for (const sort of SORTS.flatMap((text) => [parseSort(text), parseSort(`-${text}`)])) {
        const whole = (await list({ filter, sort })).items.map(({ slug }) => slug);
        expect(whole.toSorted()).toEqual(wanted.toSorted());
        expect(await readPages({ filter, sort }, 11)).toEqual(whole);
      }
    }
  }, 60_000);

  test('those without a value come last either way, equal ones by their ids', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) await addDataset(catalog, 'p', name);
    const set = (item: string, value: number) =>
      createAttribute(catalog, { item: `p:${item}`, attribute: { key: 'x', type: 'float', value } }, { actor: TESTER });
    await set('a', 2);
    await set('c', 2);
    await set('d', 1);
    await set('d', 3);
    await createAttribute(
      catalog,
      { item: 'p:e', attribute: { key: 'x', type: 'char', value: 'word' } },
      { actor: TESTER },
    );
    const sorted = async (sort: string, filter = '') => {
      const { items } = await list({ sort: parseSort(sort), filter: parseFilter(filter) });
      return items.map(({ name }) => name).join('');
    };
    expect(await sorted('attr.x')).toBe('daceb');
    expect(await sorted('-attr.x')).toBe('dcaeb');
    // By the value that the filter lets pass.
    expect(await sorted('attr.x', 'attr.x > 1')).toBe('acd');
    expect(await sorted('-attr.x', 'attr.x < 3')).toBe('cad');
    expect(await sorted('priority')).toBe('abcde');
    expect(await sorted('-name')).toBe('edcba');
  });

  test('a page has the attributes that were asked for and what happened last', async () => {
    await addDataset(catalog, 'p', 'a');
    for (const value of [1, 2]) {
      await createAttribute(
        catalog,
        { item: 'p:a', attribute: { key: 'x', type: 'integer', value } },
        { actor: TESTER },
      );
    }
    await createAttribute(
      catalog,
      { item: 'p:a', attribute: { key: 'y', type: 'date', value: '2024-02-29' } },
      { actor: TESTER },
    );
    await createAttribute(
      catalog,
      { item: 'p:a', attribute: { key: 'z', type: 'boolean', value: true } },
      { actor: TESTER },
    );
    await runSql(`
      INSERT INTO status (dataset_id, stage, state, at, host)
      SELECT item_id, of_stage, 'START', '2024-01-01T10:00:00Z', 'lab' FROM dataset, unnest(ARRAY['SETUP', 'WORKFLOW']) AS of_stage`);
    await expect(list({ columns: ['y', 'x', 'none'] })).resolves.toMatchObject({
      items: [
        {
          attributes: [
            { key: 'x', type: 'integer', value: 1 },
            { key: 'x', type: 'integer', value: 2 },
            { key: 'y', type: 'date', value: '2024-02-29' },
          ],
          status: { stage: 'WORKFLOW', state: 'START', host: 'lab', at: new Date('2024-01-01T10:00:00Z') },
        },
      ],
    });
    await addDataset(catalog, 'p', 'b');
    await expect(list({ filter: parseFilter('name = b') })).resolves.toMatchObject({
      items: [{ attributes: [], status: null }],
    });
  });

  test('a cursor is good in the list that gave it', async () => {
    for (const name of ['a', 'b', 'c']) await addDataset(catalog, 'p', name);
    const { next } = await list({ limit: 1, sort: parseSort('name') });
    const cursor = next ?? undefined;
    await expect(list({ cursor, sort: parseSort('name') })).resolves.toMatchObject({ items: [{}, {}] });
    for (const sort of [undefined, parseSort('-name'), parseSort('slug'), parseSort('attr.name')]) {
      await expect(list({ cursor, sort })).rejects.toMatchObject({ code: 'invalid-input' });
    }
    const forge = (...key: unknown[]) => Buffer.from(JSON.stringify(key)).toString('base64url');
    const forged: [string, string][] = [
      ['priority', forge('[0,"priority"]', 0, 'x', 1)],
      ['priority', forge('[0,"priority"]', 7, '1', 1)],
      ['created', forge('[0,"created"]', 0, 'then', 1)],
      ['priority', forge('[0,"priority"]', 0, '1', 1e12)],
      ['priority', forge('[0,"priority"]', 0, '1')],
    ];
    for (const [sort, wrong] of forged) {
      await expect(list({ cursor: wrong, sort: parseSort(sort) })).rejects.toMatchObject({ code: 'invalid-input' });
    }
  });

  test('what takes too long is refused in words', async () => {
    const hasty = openCatalog({ databaseUrl: await catalogs.createDatabase(), listTimeLimitMs: 50 });
    const query = { access: FULL_ACCESS, columns: [], limit: 1 };
    await hasty.transact(async (queries) => {
      await queries.$executeRaw`LOCK TABLE dataset`;
      await expect(listDatasets(hasty, query)).rejects.toMatchObject({
        code: 'too-slow',
        message: expect.stringContaining('narrow the filter'),
      });
    });
    // The limit ended with the list.
    await expect(hasty.prisma.$queryRaw`SHOW statement_timeout`).resolves.toEqual([{ statement_timeout: '0' }]);
    await expect(listDatasets(hasty, query)).resolves.toMatchObject({ items: [] });
    await hasty.close();
  });

  describe('counts', () => {
    const count = async (by: 'state' | 'stage' | 'host' | 'project', filter = '', access = FULL_ACCESS) => {
      const rows = await countDatasets(catalog, { by, filter: parseFilter(filter), access });
      return Object.fromEntries(rows.map(({ value, count: number }) => [String(value), number]));
    };

    test('are those of the datasets, whether they come from the tally or not', async () => {
      await runSql(FILL);
      for (const by of ['state', 'stage', 'host', 'project'] as const) {
        for (const filter of ['', 'project = p', 'project != p', 'state in (draft, failed) or host is empty']) {
          // Of the row of each dataset, this is true.
          expect(await count(by, filter)).toEqual(await count(by, `(${filter || 'runs >= 0'}) and runs >= 0`));
        }
      }
      expect(await count('project')).toEqual({ p: COUNT, q: COUNT });
      expect(await count('project', '', limitedTo('q'))).toEqual({ q: COUNT });
      expect(await count('state', 'runs >= 0', limitedTo())).toEqual({});
      expect(await count('stage', 'attr.mixed > 0 and project = p')).toEqual(expect.any(Object));
    });

    test('follow every change', async () => {
      await addQueuedDatasets(catalog, 'p', 3);
      await addDataset(catalog, 'p', 'one');
      expect(await count('state', 'project = p')).toEqual({ draft: 1, queued: 3 });
      await runSql(`UPDATE dataset SET state = 'failed', host = 'lab' WHERE state = 'queued'`);
      // So many changes that the tally is folded between them.
      for (let round = 0; round < 200; round += 1) await runSql(`UPDATE dataset SET stage = '${round % 3}'`);
      expect(await count('host', 'project = p')).toEqual({ null: 1, lab: 3 });
      expect(await count('stage')).toEqual({ 1: 4 });
      const [tally] = await catalog.prisma.$queryRaw<
        { rows: number }[]
      >`SELECT count(*)::int AS rows FROM dataset_tally`;
      expect(tally?.rows).toBeLessThan(800);
      await deleteTree(catalog, 'p:one', 'dataset', { actor: TESTER, keepFiles: true });
      expect(await getProject(catalog, 'p')).toMatchObject({ datasets: { failed: 3, draft: 0 } });
      expect(await listProjects(catalog, { limit: 10, access: FULL_ACCESS })).toMatchObject({
        items: [{ datasets: { failed: 3 } }, {}],
      });
      await deleteTree(catalog, 'p', 'project', { actor: TESTER, keepFiles: true });
      expect(await count('state')).toEqual({});
      await expect(catalog.prisma.$queryRaw`SELECT FROM dataset_tally`).resolves.toHaveLength(0);
    });
  });

  test('a dataset is updated by what changes it, its item, an attribute or a file', async () => {
    const slug = await addDataset(catalog, 'p', 'a');
    await addDataset(catalog, 'p', 'b');
    const file = { path: 'x', sizeBytes: 5, sha256: 'a'.repeat(64) };
    const changes: (() => Promise<unknown>)[] = [
      () => changeDataset(catalog, slug, { priority: 1 }, { actor: TESTER }),
      () => changeDataset(catalog, slug, { name: 'A' }, { actor: TESTER }),
      () =>
        createAttribute(catalog, { item: slug, attribute: { key: 'x', type: 'float', value: 1 } }, { actor: TESTER }),
      () => runSql(`DELETE FROM attribute`),
      () => recordFile(catalog, slug, file, { name: 'ada' }),
      () => recordFile(catalog, slug, { ...file, sizeBytes: 7 }, { name: 'ada' }),
    ];
    for (const change of changes) {
      await runSql(`ALTER TABLE dataset DISABLE TRIGGER USER; UPDATE dataset SET updated_at = '2020-01-01';
        ALTER TABLE dataset ENABLE TRIGGER USER`);
      await change();
      const { items } = await list({ sort: parseSort('-updated') });
      expect(items.map(({ updatedAt }) => updatedAt.getUTCFullYear() > 2020)).toEqual([true, false]);
    }
    expect((await list()).items[0]).toMatchObject({ files: 1, sizeBytes: 7 });
    await runSql(`
      INSERT INTO run (id, dataset_id, number, revision_id, plan)
      SELECT '3f0d1f4e-9a55-4e0e-8f37-0d1f3c1f7b11', item.id, 1, project.revision_id, '[]'
      FROM item JOIN project ON project.item_id = item.parent_id WHERE item.slug = 'p:a'`);
    const [dataset] = (await list()).items;
    const published = ['x', 'y', 'z'].map((path) => ({ ...file, path, origin: 'result' as const }));
    const publish = (files: typeof published) =>
      replacePublishedFiles(catalog, dataset!.id, '3f0d1f4e-9a55-4e0e-8f37-0d1f3c1f7b11', files);
    await publish(published);
    expect((await list()).items[0]).toMatchObject({ files: 3, sizeBytes: 15 });
    await publish(published.slice(2));
    expect((await list()).items[0]).toMatchObject({ files: 1, sizeBytes: 5 });
  });
});
