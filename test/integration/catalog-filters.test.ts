import { FULL_ACCESS, type Access } from '../../catalog/access.ts';
import { createAttribute, type AttributeRecord } from '../../catalog/attributes.ts';
import { recordFile } from '../../catalog/files.ts';
import { listDatasets } from '../../catalog/list-datasets.ts';
import type { Catalog } from '../../catalog/open-catalog.ts';
import { countDatasets } from '../../catalog/count-datasets.ts';
import { createDataset } from '../../catalog/create-dataset.ts';
import { parseFilter } from '../../shared/domain/filter/parse-filter.ts';
import { addProject, makeTestCatalogs, TESTER } from '../setup/catalog.ts';
import { describeWith } from '../setup/test-services.ts';

const ATTRIBUTES: Record<string, AttributeRecord[]> = {
  a: [
    { key: 'depth', type: 'float', value: 5 },
    { key: 'depth', type: 'float', value: 50 },
    { key: 'site', type: 'char', value: 'North Reef' },
    { key: 'wild', type: 'boolean', value: true },
    { key: 'seen', type: 'datetime', value: '2024-02-29T23:59:59.999Z' },
    { key: 'page', type: 'url', value: 'https://example.org/a' },
    { key: 'place', type: 'lat-long', latitude: 1, longitude: 2 },
  ],
  b: [
    { key: 'depth', type: 'integer', value: 15 },
    { key: 'site', type: 'char', value: '10' },
    { key: 'wild', type: 'boolean', value: false },
    { key: 'seen', type: 'date', value: '2024-02-29' },
    { key: 'key "with" blanks', type: 'filesize', value: 5_000_000_000 },
    { key: 'note', type: 'char', value: '' },
  ],
  c: [
    { key: 'depth', type: 'char', value: 'deep_100%' },
    { key: 'site', type: 'char', value: 'north reef' },
    { key: 'seen', type: 'datetime', value: '2024-03-01T00:00:00Z' },
  ],
  d: [],
};

/** In SQL, since it takes whole runs to come to this otherwise. */
const STATES = `
  UPDATE dataset SET state = 'failed', stage = 'workflow', host = 'lab-1', reason = 'disk full', run_count = 2,
    queued_at = now() - interval '3 days'
  WHERE item_id = (SELECT id FROM item WHERE slug = 'p:a');
  INSERT INTO run (id, dataset_id, number, revision_id, plan, state, started_at, closed_at)
  SELECT gen_random_uuid(), item.id, number, project.revision_id, '[]', 'failed',
    now() - (10 - number) * interval '1 day', now() - (10 - number) * interval '1 day' + interval '1 hour'
  FROM item JOIN project ON project.item_id = item.parent_id, generate_series(1, 2) AS number WHERE item.slug = 'p:a';
  UPDATE dataset SET state = 'completed', stage = 'upload', host = 'lab-2', priority = 1, run_count = 1
  WHERE item_id = (SELECT id FROM item WHERE slug = 'p:b');
  UPDATE item SET created_at = '2024-02-29T10:00:00Z' WHERE slug = 'p:c';`;

await describeWith('postgres', 'filters of datasets', ({ url }) => {
  const catalogs = makeTestCatalogs(url);
  let catalog: Catalog;

  beforeAll(async () => {
    catalog = await catalogs.open();
    await addProject(catalog, { name: 'p' });
    await addProject(catalog, { name: 'q' });
    const common = { priority: 3, details: '', queue: false };
    const add = async (project: string, name: string, description: string, held = false) => {
      await createDataset(catalog, { ...common, project, name, description, held }, TESTER);
    };
    await add('p', 'A', 'Coral reefs of the north');
    await add('p', 'B', 'sample_0012-x');
    await add('p', 'C', 'Ærø, 1.5 m', true);
    await add('q', 'D', '');
    for (const [name, attributes] of Object.entries(ATTRIBUTES)) {
      for (const attribute of attributes)
        await createAttribute(catalog, { item: `p:${name}`, attribute }, { actor: TESTER });
    }
    const sha256 = 'a'.repeat(64);
    await recordFile(catalog, 'p:b', { path: 'one', sizeBytes: 1_000_000, sha256 }, { name: 'ada' });
    await recordFile(catalog, 'p:b', { path: 'two', sizeBytes: 2_000_000, sha256 }, { name: 'ada' });
    for (const statement of STATES.split(';').filter((it) => it.trim() !== '')) {
      await catalog.prisma.$executeRawUnsafe(statement);
    }
  });
  afterAll(() => catalogs.close());

  const find = async (filter: string, access: Access = FULL_ACCESS) => {
    const query = { filter: parseFilter(filter), access, columns: [], limit: 100 };
    const { items } = await listDatasets(catalog, query);
    return items.map(({ name }) => name.toLowerCase()).join('');
  };

  test.each([
    ['', 'abcd'],
    // Texts.
    ['name = A', 'a'],
    ['name = a', ''],
    ['name != A', 'bcd'],
    ['name ~ a', 'a'],
    ['name in (A, "D", x)', 'ad'],
    ['name not in (A, D)', 'bc'],
    ['slug ~ "P:"', 'abc'],
    ['slug ~ "%"', ''],
    ['project = q', 'd'],
    ['project != q', 'abc'],
    ['project = nothing', ''],
    ['project != nothing', 'abcd'],
    ['project in (p, q, nothing)', 'abcd'],
    ['project ~ Q', 'd'],
    ['state = failed', 'a'],
    ['state != failed', 'bcd'],
    ['state in (failed, completed)', 'ab'],
    // Texts that may be absent: “not” is all of the others.
    ['stage = workflow', 'a'],
    ['stage != workflow', 'bcd'],
    ['stage is empty', 'cd'],
    ['stage is not empty', 'ab'],
    ['host in (lab-1, lab-2)', 'ab'],
    ['host not in (lab-1)', 'bcd'],
    ['host ~ LAB', 'ab'],
    ['not host ~ LAB', 'cd'],
    ['reason ~ "Disk F"', 'a'],
    ['reason is empty', 'bcd'],
    // Numbers, sizes, booleans.
    ['priority = 1', 'b'],
    ['priority > 1.5', 'acd'],
    ['priority in (1, 2)', 'b'],
    ['held = true', 'c'],
    ['held != true', 'abd'],
    ['runs >= 1', 'ab'],
    ['runs < 1', 'cd'],
    ['files = 2', 'b'],
    ['size = 3MB', 'b'],
    ['size > 2.9MiB', ''],
    ['size <= 2999999', 'acd'],
    // Times.
    ['created = 2024-02-29', 'c'],
    ['created != 2024-02-29', 'abd'],
    ['created < 2024-02-29', ''],
    ['created <= 2024-02-29', 'c'],
    ['created > 2024-02-29', 'abd'],
    ['created >= 2024-02-29', 'abcd'],
    ['created = 2024-02-29T11:00+01:00', 'c'],
    ['created < 2024-02-29T10:00:00.001', 'c'],
    ['created < -7d', 'c'],
    ['created > +1h', ''],
    ['updated > -1h', 'abcd'],
    ['updated < -1h', ''],
    ['queued < -2d', 'a'],
    ['not queued < -2d', 'bcd'],
    ['queued is empty', 'bcd'],
    ['started < -190h and started > -194h', 'a'],
    ['finished > -8d', 'a'],
    ['finished is empty', 'bcd'],
    // Attributes: each literal is compared with values of its own type.
    ['attr.depth > 10', 'ab'],
    ['attr.depth >= 15', 'ab'],
    ['attr.depth < 10', 'a'],
    ['attr.depth <= 5', 'a'],
    ['attr.depth = 15', 'b'],
    ['attr.depth != 15', 'acd'],
    ['attr.depth in (5, 15, "deep_100%")', 'abc'],
    ['attr.depth not in (5, 15)', 'cd'],
    ['attr.depth = "deep_100%"', 'c'],
    ['attr.depth > "a"', 'c'],
    ['attr.depth ~ "P_1"', 'c'],
    ['attr.depth ~ "p_2"', ''],
    ['attr.site = 10', ''],
    ['attr.site = "10"', 'b'],
    ['attr.site = "North Reef"', 'a'],
    ['attr.site ~ "NORTH"', 'ac'],
    ['attr.site ~ 1', 'b'],
    ['attr.wild = true', 'a'],
    ['attr.wild != true', 'bcd'],
    ['attr.wild = "true"', ''],
    ['attr.seen = 2024-02-29', 'ab'],
    ['attr.seen > 2024-02-29', 'c'],
    ['attr.seen >= 2024-03-01T00:00', 'c'],
    ['attr.seen < -365d', 'abc'],
    ['attr."key \\"with\\" blanks" = 5GB', 'b'],
    ['attr.page ~ example.org', 'a'],
    ['attr.place is not empty', 'a'],
    ['attr.depth is empty', 'd'],
    ['attr.note is empty', 'abcd'],
    ['attr.nothing = 1', ''],
    // Comparisons of one attribute are about one value of it, those of different ones aren't.
    ['attr.depth > 10 and attr.depth < 20', 'b'],
    ['(attr.depth > 10 and name != B) and attr.depth < 60', 'a'],
    ['not (attr.depth > 10 and attr.depth < 20)', 'acd'],
    ['attr.depth < 10 and not attr.depth > 100', 'a'],
    ['attr.depth > 10 or attr.site = "north reef"', 'abc'],
    ['not (attr.depth > 10 or held = true)', 'd'],
    ['attr.depth > 10 and attr.wild = false', 'b'],
    // Words.
    ['text ~ reef', 'ac'],
    ['text ~ "ree"', 'ac'],
    ['text ~ "eef"', ''],
    ['text ~ "NORTH reefs"', 'a'],
    ['text ~ "0012"', 'b'],
    ['text ~ "ærø"', 'c'],
    ['text ~ "1.5"', 'c'],
    ['text ~ "deep 100"', 'c'],
    ['not text ~ reef', 'bd'],
    ['text ~ "example"', 'a'],
  ])('%s', async (filter, found) => {
    expect(await find(filter)).toBe(found);
  });

  test('finds nothing in projects that don’t exist for the caller', async () => {
    const limitedTo = (...projects: string[]): Access => ({ ...FULL_ACCESS, limits: { projects, pools: [] } });
    expect(await find('', limitedTo('q'))).toBe('d');
    expect(await find('project = p', limitedTo('q'))).toBe('');
    expect(await find('', limitedTo())).toBe('');
    expect(await find('project != q or text ~ reef or attr.depth > 1', limitedTo('q', 'nothing'))).toBe('');
  });

  test('visitors find nothing by what they don’t see', async () => {
    const visitor: Access = { byVisibility: { private: 'visit' }, most: 'visit' };
    expect(await find('', visitor)).toBe('ab');
    expect(await find('stage = workflow', visitor)).toBe('a');
    for (const filter of ['host = lab-1', 'host ~ lab', 'reason ~ disk', 'host is not empty']) {
      expect(await find(filter, visitor)).toBe('');
      expect(await find(`not (${filter})`, visitor)).toBe('ab');
    }
    const query = { access: visitor, columns: [], limit: 100 };
    const { items } = await listDatasets(catalog, { ...query, sort: { subject: { field: 'host' }, descending: true } });
    expect(items.map(({ name }) => name)).toEqual(['B', 'A']);
    expect(await countDatasets(catalog, { access: visitor, by: 'host' })).toEqual([{ value: null, count: 2 }]);
  });

  test('a text is never more than a text', async () => {
    const evil = `x' OR 1=1; DROP TABLE item; --`;
    expect(await find(`name = "${evil}" or attr."${evil}" = "${evil}" or text ~ "${evil}"`)).toBe('');
    expect(await find('')).toBe('abcd');
  });
});
