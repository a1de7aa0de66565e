import { request } from 'node:http';
import { once } from 'node:events';
import type { CrunchClient } from '../../client/index.ts';
import type { ImportRow } from '../../shared/contract/tables.ts';
import { startTestApi, type TestApi } from '../helpers/test-api.ts';
import { addDataset, addProject } from '../setup/catalog.ts';
import { describeWith } from '../setup/test-services.ts';

await describeWith('postgres', 'imports', ({ url: databaseUrl }) => {
  let api: TestApi;
  let crunch: CrunchClient;
  let projects = 0;
  let project: string;

  beforeAll(async () => {
    api = await startTestApi({ databaseUrl });
    crunch = await api.signIn({ scope: 'edit' });
  });
  afterAll(() => api.stop());
  beforeEach(async () => {
    projects += 1;
    project = `p${projects}`;
    await addProject(api.catalog, { name: project });
  });

  type Row = Partial<Parameters<typeof toRows>[0][number]>;

  async function* toRows(rows: (Partial<ImportRow> | string)[]) {
    for (const row of rows) yield row as never;
  }

  const send = (rows: Row[], query: { dryRun?: 'true' } = {}) =>
    crunch.importDatasets({ query, body: toRows(rows.map((row) => ({ project, ...(row as object) }))) });

  const slugs = async () =>
    (await crunch.listDatasets({ query: { project: [project] } })).items.map(({ slug }) => slug);

  test('makes each row a dataset with its attributes, in their order', async () => {
    const attributes = [
      { key: 'site', type: 'lat-long', latitude: -64.77, longitude: -64.07 },
      { key: 'depth', type: 'float', value: 1.5e-7 },
      { key: 'n', type: 'integer', value: 9007199254740991 },
      { key: 'raw', type: 'filesize', value: 0 },
      { key: 'wet', type: 'boolean', value: false },
      { key: 'on', type: 'date', value: '2024-02-29' },
      { key: 'at', type: 'datetime', value: '2024-02-29T12:00:00.123Z' },
      { key: 'at', type: 'datetime', value: '0001-01-01T00:00:00.000Z' },
      { key: 'web', type: 'url', value: 'https://example.org/ä' },
      { key: 'text', type: 'char', value: 'zwei\nZeilen, „Ünïcode“ 🐧' },
    ] as const;
    const row = { name: 'B', description: 'd', details: '# D', priority: 1, held: true, attributes: [...attributes] };
    expect(await send([row, { name: 'A', basePath: 'lab/a', queue: true }])).toEqual({ created: 2, unchanged: 0 });
    expect(await slugs()).toEqual([`${project}:b`, `${project}:a`]);
    expect(await crunch.getDataset({ params: { slug: `${project}:b` } })).toMatchObject({
      ...{ name: 'B', description: 'd', details: '# D', priority: 1, held: true, state: 'draft', attributes },
      basePath: `crunch/${project}/b`,
    });
    const queued = { state: 'queued', basePath: 'lab/a', attributes: [] };
    expect(await crunch.getDataset({ params: { slug: `${project}:a` } })).toMatchObject(queued);
  });
});
