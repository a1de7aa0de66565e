import { itemsOf, type CrunchClient } from '../../client/index.ts';
import type { Attribute } from '../../shared/contract/attributes.ts';
import { startTestApi, type TestApi } from '../helpers/test-api.ts';
import { describeWith } from '../setup/test-services.ts';

const ATTRIBUTES: Attribute[] = [
  { key: 'species', type: 'char', value: 'Pygoscelis adeliæ' },
  { key: 'mass', type: 'float', value: -3.25e-7 },
  { key: 'count', type: 'integer', value: 9_007_199_254_740_991 },
  { key: 'volume', type: 'filesize', value: 5_000_000_000_000 },
  { key: 'wild', type: 'boolean', value: false },
  { key: 'seen', type: 'datetime', value: '2024-02-29T12:30:00.123Z' },
  { key: 'born', type: 'date', value: '2020-02-29' },
  { key: 'page', type: 'url', value: 'https://example.org/penguins?a=b' },
  { key: 'island', type: 'lat-long', latitude: -64.733333, longitude: -64.05 },
];

await describeWith('postgres', 'the catalog through the client', ({ url: databaseUrl }) => {
  let api: TestApi;
  let client: CrunchClient;

  beforeAll(async () => {
    api = await startTestApi({ databaseUrl });
    client = await api.signIn();
  });
  afterAll(() => api.stop());

  test('a project is added, shown, changed and removed', async () => {
    const text = '#!/bin/sh\necho done > out.txt\n';
    const made = await client.createProject({
      body: { name: 'Palmer Penguins', workflow: { kind: 'text', text }, parameters: { alpha: [1, 'two'] }, weight: 3 },
    });
    expect(made).toMatchObject({
      slug: 'palmer-penguins',
      engine: 'script',
      workflow: { source: { kind: 'text' }, revision: 1, entry: 'workflow.sh', sha256: expect.any(String) },
      parameters: { alpha: [1, 'two'] },
      weight: 3,
      warning: null,
    });
    expect(JSON.stringify(made)).not.toContain('echo done');
    const content = await client.getWorkflowContent({ params: { sha256: made.workflow?.sha256 ?? '' } });
    await expect(new Response(content).text()).resolves.toBe(text);
    const workflow = await client.getProjectWorkflow({ params: { slug: made.slug } });
    expect(workflow).toEqual({ revision: 1, text });

    const params = { slug: made.slug };
    const changed = await client.changeProject({ params, body: { description: 'Birds', parameters: { alpha: 2 } } });
    expect(changed).toMatchObject({ description: 'Birds', workflow: { revision: 2, sha256: made.workflow?.sha256 } });
    await expect(client.getProject({ params })).resolves.toEqual(changed);
    await expect(client.createProject({ body: { name: 'Palmer penguins' } })).rejects.toMatchObject({
      code: 'conflict',
    });
    await client.deleteProject({ params, query: { confirm: made.slug } });
    await expect(client.getProject({ params })).rejects.toMatchObject({ code: 'not-found' });
  });

  test.each(['Snakefile', 'flow.smk', undefined])(
    'a workflow of the file name %s is for Snakemake',
    async (fileName) => {
      const workflow = { kind: 'text', text: 'rule all:\n', fileName } as const;
      const project = await client.createProject({ body: { name: `Guess ${fileName}`, workflow } });
      expect(project).toMatchObject({ engine: 'snakemake', workflow: { entry: fileName ?? 'Snakefile' } });
    },
  );

  test('a source that can’t be reached now is kept with a warning', async () => {
    const workflow = { kind: 'url', url: 'https://host.invalid/flow.smk' } as const;
    const project = await client.createProject({ body: { name: 'Away', workflow } });
    expect(project.workflow).toMatchObject({ source: workflow, sha256: null });
    expect(project.warning).toMatch(/host\.invalid.*tried again when a dataset runs/);
    await expect(client.getProject({ params: { slug: 'away' } })).resolves.toMatchObject({
      engine: 'snakemake',
      warning: expect.stringContaining('could not be fetched yet'),
    });
  });

  test.each(['http://127.0.0.1:1/flow.smk', 'https://169.254.169.254/x', 'file:///etc/passwd'])(
    'the source %s is refused',
    async (url) => {
      const body = { name: 'Forbidden', workflow: { kind: 'url', url } } as const;
      await expect(client.createProject({ body })).rejects.toMatchObject({ code: 'invalid-input' });
      await expect(client.getProject({ params: { slug: 'forbidden' } })).rejects.toMatchObject({ code: 'not-found' });
    },
  );

  test('datasets, items and all nine kinds of attributes come back as they were given', async () => {
    await client.createProject({ body: { name: 'Tree' } });
    const dataset = await client.createDataset({
      body: { project: 'tree', name: 'Torgersen Island', details: '# Hi' },
    });
    expect(dataset).toMatchObject({
      slug: 'tree:torgersen-island',
      state: 'draft',
      basePath: 'crunch/tree/torgersen-island',
    });
    const item = await client.createItem({ body: { parent: dataset.slug, name: 'Nest 1' } });
    for (const attribute of ATTRIBUTES) {
      await expect(client.createAttribute({ body: { item: item.slug, attribute } })).resolves.toMatchObject({
        attribute,
      });
    }
    await expect(client.getItem({ params: { slug: item.slug } })).resolves.toMatchObject({ attributes: ATTRIBUTES });
    const shown = await client.getDataset({ params: { slug: dataset.slug } });
    expect(shown).toMatchObject({
      details: '# Hi',
      items: [{ slug: 'tree:torgersen-island:nest-1', attributes: ATTRIBUTES }],
    });
    await expect(client.listItems({ query: { parent: 'tree' } })).resolves.toMatchObject({
      items: [{ kind: 'dataset' }],
    });
    const whole = await client.createDataset({ body: { project: 'tree', name: 'Whole', attributes: ATTRIBUTES } });
    expect(whole.attributes).toMatchObject(ATTRIBUTES);
    const wrong = { project: 'tree', name: 'Half', attributes: [...ATTRIBUTES, { key: 'x', type: 'float' }] } as never;
    await expect(client.createDataset({ body: wrong })).rejects.toMatchObject({ code: 'invalid-input' });
    await expect(client.getDataset({ params: { slug: 'tree:half' } })).rejects.toMatchObject({ code: 'not-found' });
    await client.deleteDataset({ params: { slug: whole.slug } });
    await client.deleteItem({ params: { slug: item.slug } });
    await client.changeDataset({ params: { slug: dataset.slug }, body: { priority: 1, held: true } });
    await expect(client.getDataset({ params: { slug: dataset.slug } })).resolves.toMatchObject({
      items: [],
      priority: 1,
      held: true,
    });
    await client.deleteDataset({ params: { slug: dataset.slug } });
    await expect(client.listItems({ query: { parent: 'tree' } })).resolves.toEqual({ items: [], next: null });
  });

  test('a list is walked page by page, in its order', async () => {
    await client.createProject({ body: { name: 'Pages' } });
    const names = Array.from({ length: 7 }, (_, index) => `Set ${index}`);
    for (const name of names) await client.createDataset({ body: { project: 'pages', name } });
    const seen: string[] = [];
    for await (const { name } of itemsOf(client.listDatasets, { query: { project: 'pages', limit: 3 } }))
      seen.push(name);
    expect(seen).toEqual(names);
  });

  test('a list is filtered, sorted and given columns; faults are told by the name of what has them', async () => {
    await client.createProject({ body: { name: 'Lists' } });
    for (const [name, depth] of [
      ['a', 5],
      ['b', 15],
      ['c', 25],
    ] as const) {
      const { slug } = await client.createDataset({ body: { project: 'lists', name } });
      await client.createAttribute({
        body: { item: slug, attribute: { key: 'depth', type: 'integer', value: depth } },
      });
    }
    const query = { project: 'lists', filter: 'attr.depth > 10', sort: '-attr.depth', columns: 'attr.depth', limit: 1 };
    const first = await client.listDatasets({ query });
    expect(first).toMatchObject({
      items: [{ name: 'c', attributes: [{ key: 'depth', type: 'integer', value: 25 }], status: null }],
      next: expect.any(String),
    });
    await expect(client.listDatasets({ query: { ...query, cursor: first.next ?? '' } })).resolves.toMatchObject({
      items: [{ name: 'b' }],
      next: null,
    });
    await expect(client.countDatasets({ query: { project: 'lists', filter: 'attr.depth > 10' } })).resolves.toEqual({
      total: 2,
      counts: [{ value: 'draft', count: 2 }],
    });
    await expect(client.countDatasets({ query: { project: 'lists', by: 'host' } })).resolves.toEqual({
      total: 3,
      counts: [{ value: null, count: 3 }],
    });
    for (const wrong of [{ filter: 'stat = failed' }, { sort: 'txt' }, { columns: 'depth' }]) {
      const [[path]] = Object.entries(wrong) as [[string, string]];
      await expect(client.listDatasets({ query: wrong })).rejects.toMatchObject({
        code: 'invalid-input',
        fields: [{ path, message: expect.stringMatching(/^at character 1: there is no field/) }],
      });
    }
    await expect(client.queueDatasets({ body: { filter: ' ' } })).rejects.toMatchObject({ code: 'invalid-input' });
    await expect(client.cancelDatasets({ body: { filter: 'stat = x' } })).rejects.toMatchObject({
      fields: [{ path: 'filter' }],
    });
  });

  test('drafts are queued by selection, with a reason for those that can’t be', async () => {
    await client.createProject({ body: { name: 'Queue' } });
    for (const name of ['a', 'b']) await client.createDataset({ body: { project: 'queue', name } });
    const selection = { datasets: ['queue:a', 'queue:none'] };
    const dry = await client.queueDatasets({ body: { ...selection, dryRun: true } });
    expect(dry).toMatchObject({ items: ['queue:a'], refused: [{ slug: 'queue:none', code: 'not-found' }] });
    await expect(client.getDataset({ params: { slug: 'queue:a' } })).resolves.toMatchObject({ state: 'draft' });
    await client.queueDatasets({ body: selection });
    await expect(client.listDatasets({ query: { project: 'queue', state: 'queued' } })).resolves.toMatchObject({
      items: [{ slug: 'queue:a' }],
    });
    await expect(
      client.deleteProject({ params: { slug: 'queue' }, query: { confirm: 'queue' } }),
    ).rejects.toMatchObject({ code: 'conflict' });
    await expect(client.cancelDatasets({ body: { projects: ['queue'] } })).resolves.toEqual({
      items: ['queue:a'],
      refused: [],
    });
    await expect(client.retryDatasets({ body: { states: ['cancelled'], projects: ['queue'] } })).resolves.toMatchObject(
      {
        items: ['queue:a'],
      },
    );
    await expect(client.queueDatasets({ body: {} })).rejects.toMatchObject({ code: 'invalid-input' });
  });

  test('what a dataset’s creator names must not lead into Crunch’s own folder', async () => {
    await client.createProject({ body: { name: 'Paths' } });
    const body = { project: 'paths', name: 'x', basePath: 'crunch/tree/x/.Crunch' };
    await expect(client.createDataset({ body })).rejects.toMatchObject({ code: 'invalid-input' });
  });
});
