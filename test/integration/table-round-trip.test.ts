import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { CrunchClient } from '../../client/index.ts';
import type { Attribute } from '../../shared/contract/attributes.ts';
import { captureCrunch } from '../helpers/capture-crunch.ts';
import { startTestApi, type TestApi } from '../helpers/test-api.ts';
import { addProject } from '../setup/catalog.ts';
import { describeWith } from '../setup/test-services.ts';

await describeWith('postgres', 'tables over the command line', ({ url: databaseUrl }) => {
  let api: TestApi;
  let client: CrunchClient;
  let env: NodeJS.ProcessEnv;
  let folder: string;
  let projects = 0;
  let project: string;

  beforeAll(async () => {
    api = await startTestApi({ databaseUrl });
    client = await api.signIn();
    env = { CRUNCH_URL: api.url, CRUNCH_TOKEN: await api.makeToken() };
  });
  afterAll(() => api.stop());
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'crunch-tables-'));
    projects += 1;
    project = `p${projects}`;
    await addProject(api.catalog, { name: project });
  });
  afterEach(() => rm(folder, { recursive: true }));

  const crunch = (...commandLine: string[]) => captureCrunch(commandLine, env);

  async function write(name: string, text: string): Promise<string> {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
    return file;
  }

  const show = (name: string) => client.getDataset({ params: { slug: `${project}:${name}` } });

  async function listSlugs(): Promise<string[]> {
    return (await client.listDatasets({ query: { project: [project] } })).items.map(({ slug }) => slug);
  }

  const AWKWARD: Attribute[] = [
    ...[
      '=1+1',
      "'=1+1",
      "''@x",
      '+4712',
      '-',
      '\ttab',
      '\rreturn',
      "'quoted'",
      'a\r\nb\nc\r',
      ' blanks ',
      '"',
      'a,b;c\td',
    ].map((value) => ({ key: 'text', type: 'char', value }) as const),
    { key: '=key', type: 'char', value: '🐧' },
    { key: 'a:float', type: 'char', value: '1.0' },
    { key: '#name', type: 'char', value: 'x' },
    { key: 'zip', type: 'char', value: '0123' },
    { key: 'zip', type: 'integer', value: -9007199254740991 },
    { key: 'x.latitude', type: 'float', value: 1e300 },
    { key: 'x.longitude', type: 'float', value: -1.5e-300 },
    { key: 'x', type: 'lat-long', latitude: -64.773456789, longitude: 179.999999999 },
    { key: 'wet', type: 'boolean', value: true },
    { key: 'raw', type: 'filesize', value: 9007199254740991 },
    { key: 'at', type: 'datetime', value: '0001-01-01T00:00:00.001Z' },
    { key: 'on', type: 'date', value: '9999-12-31' },
    { key: 'web', type: 'url', value: 'https://example.org/?a=b,c"d' },
  ];

  test.each(['csv', 'tsv', 'jsonl'])('an export as %s can be imported again', async (format) => {
    const attribute = { key: 'zip', type: 'integer', value: 7 } as const;
    const rows = [
      { project, name: '=A "1"', description: '@d\n', details: '# Reef\n\n- a, b\n', priority: 1, attributes: AWKWARD },
      { project, name: 'B', held: true, basePath: `${project}-lab/b`, attributes: [attribute, attribute] },
      { project, name: 'C' },
    ];
    await client.importDatasets({
      body: (async function* () {
        yield* rows;
      })(),
    });
    const file = path.join(folder, `all.${format}`);
    expect(await crunch('export', '--project', project, '--output', file)).toMatchObject({ exitCode: 0 });
    const text = await readFile(file, 'utf8');
    expect((await crunch('export', '--project', project, '--format', format)).stdout).toBe(text);

    // All of it is there just so.
    expect((await crunch('import', file)).stdout).toBe('0 datasets made, 3 were there already\n');
    const before = await Promise.all(['a-1', 'b', 'c'].map(show));
    await Promise.all(before.map(({ slug }) => client.deleteDataset({ params: { slug }, query: { keepFiles: true } })));
    expect((await crunch('import', file)).stdout).toBe('3 datasets made, 0 were there already\n');
    const kept = (datasets: typeof before) =>
      datasets.map(({ name, description, details, priority, held, basePath, attributes }) => ({
        ...{ name, description, details, priority, held, basePath },
        attributes: attributes.map(({ id: _, ...it }) => JSON.stringify(it)).sort(),
      }));
    expect(kept(await Promise.all(['a-1', 'b', 'c'].map(show)))).toEqual(kept(before));
    expect((await crunch('export', '--project', project, '--format', format)).stdout.length).toBe(text.length);
  });

  test('no cell of a spreadsheet begins as a formula does, unless it is a number', async () => {
    const attributes = AWKWARD.filter(({ key }) => key === 'text' || key === '=key');
    const rows = [{ project, name: '=cmd()', description: '-x', attributes }];
    await client.importDatasets({
      body: (async function* () {
        yield* rows;
      })(),
    });
    for (const delimiter of [',', '\t']) {
      const format = delimiter === ',' ? 'csv' : 'tsv';
      const { stdout } = await crunch('export', '--project', project, '--format', format);
      expect(stdout).toContain("'=cmd()");
      expect(stdout).not.toMatch(new RegExp(`(^|[${delimiter}\\n])"?[=+@-]`));
    }
  });

  test('columns are chosen by header or key', async () => {
    const table = await write('t.csv', 'name,depth,depth:char,site\na,1.5,deep,"1.0, 2.0"\nb,2,,\n');
    await crunch('import', table, '--project', project);
    const exported = async (...columns: string[]) =>
      (await crunch('export', '--project', project, ...columns.flatMap((column) => ['--column', column]))).stdout;
    expect(await exported('depth', '#state', 'name')).toBe(
      'name,#state,depth:float,depth:char\na,draft,1.5,deep\nb,draft,2,\n',
    );
    expect(await exported('depth:char')).toBe('depth:char\ndeep\n\n');
    expect(await exported('name', 'nothing')).toBe('name\na\nb\n');
    expect(await crunch('export', '--column', '#stat')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('There is no column #stat.'),
    });
    const lines = await crunch(
      'export',
      '--project',
      project,
      '--format',
      'jsonl',
      '--column',
      'site',
      '--column',
      'name',
    );
    expect(lines.stdout).toBe('{"name":"a","site:lat-long":{"latitude":1,"longitude":2}}\n{"name":"b"}\n');
  });

  test('an export has what its reader may see, and what was asked for', async () => {
    await addProject(api.catalog, { name: `${project} secret` });
    const rows = [
      { project, name: 'a' },
      { project, name: 'b', queue: true },
      { project: `${project}-secret`, name: 's', attributes: [{ key: 'hidden', type: 'char', value: 'x' }] },
    ] as const;
    await client.importDatasets({
      body: (async function* () {
        for (const row of rows) yield { ...row, attributes: 'attributes' in row ? [...row.attributes] : [] };
      })(),
    });
    const own = { ...env, CRUNCH_TOKEN: await api.makeToken({ scope: 'read', projects: [project] }) };
    const { stdout } = await captureCrunch(['export'], own);
    expect(stdout.trimEnd().split('\n')).toHaveLength(3);
    expect(stdout).not.toMatch(/secret|hidden/);
    expect((await crunch('export', '--project', project, '--state', 'queued', '--column', '#slug')).stdout).toBe(
      `#slug\n${project}:b\n`,
    );
  });

  test('a dry run shows columns, rows and faults, and makes nothing', async () => {
    const table = await write(
      't.csv',
      'name,depth,zip:char,site.latitude,site.longitude,#state\na,1,007,1,2,x\nb,2.5,,,,\n',
    );
    const { stdout, exitCode } = await crunch('import', table, '--project', project, '--dry-run');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^would make 2 datasets; 0 are there already\n/);
    expect(stdout).toMatch(/^depth +attribute depth, float \(by its values\)$/m);
    expect(stdout).toMatch(/^zip:char +attribute zip, char$/m);
    expect(stdout).toMatch(/^site.latitude +attribute site, lat-long: its latitude$/m);
    expect(stdout).toMatch(/^#state +left out$/m);
    expect(stdout).toMatch(/^row +2\nproject +p\d+\nname +a\n +depth +"1"\n +zip +"007"\n +site +"1, 2"$/m);
    const asJson = await crunch('import', table, '--project', project, '--dry-run', '--json');
    expect(JSON.parse(asJson.stdout)).toMatchObject({
      ...{ rows: 2, created: 2, unchanged: 0 },
      first: [{ row: 2, name: 'a' }, { row: 3 }],
      columns: expect.arrayContaining([
        { header: 'depth', kind: 'attribute', key: 'depth', type: 'float', isGuessed: true },
      ]),
    });
    expect(await listSlugs()).toEqual([]);
  });

  test('faults name row and column, wherever they are found', async () => {
    const table = await write('t.csv', 'name,depth:float,files\n\na,deep,\nb,1,none\nb,1,\n');
    const { stderr, exitCode } = await crunch('import', table, '--project', project);
    expect(exitCode).toBe(2);
    expect(stderr).toBe(
      'error: The table is not right; nothing was imported.\n' +
        '  row 3, column depth: “deep” is not a float\n' +
        '  row 4, column files: “none” is not there\n',
    );
    await write('t.csv', 'name\n\nb\nb\n');
    const conflict = await crunch('import', table, '--project', project);
    expect(conflict.stderr).toContain(`  row 4, column name: makes the slug ${project}:b, as row 3 does\n`);
    expect(await listSlugs()).toEqual([]);
  });

  test('files are uploaded after the rows, and an import given again goes on', async () => {
    await write('data/a/one.txt', 'one');
    await write('data/a/sub/two.txt', 'two');
    await write('data/b.txt', 'bee');
    await write('data/c.txt', 'sea');
    const table = await write('data/t.csv', 'name,files\nA,a\nB,b.txt; ./c.txt\nC,\n');
    const [file] = [path.join(api.folder, 'crunch', project, 'b')];
    // A file where its folder should be keeps one dataset's files out.
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, '');
    const broken = await crunch('import', table, '--project', project, '--queue');
    expect(broken.exitCode).toBe(12);
    expect(broken.stderr).toContain(`import ${table} again to go on with their files.`);
    expect(await listSlugs()).toEqual(['a', 'b', 'c'].map((name) => `${project}:${name}`));
    expect(await show('b')).toMatchObject({ state: 'draft' });
    expect(await show('c')).toMatchObject({ state: 'queued' });
    await rm(file);
    const { stdout, exitCode } = await crunch('import', table, '--project', project, '--queue');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('0 datasets made, 3 were there already\n');
    expect(await Promise.all(['a', 'b', 'c'].map(async (name) => (await show(name)).state))).toEqual(
      Array(3).fill('queued'),
    );
    const paths = async (name: string) =>
      (await client.listFiles({ params: { slug: `${project}:${name}` } })).items.map((it) => it.path);
    expect(await paths('a')).toEqual(['one.txt', 'sub/two.txt']);
    expect(await paths('b')).toEqual(['b.txt', 'c.txt']);
    expect((await crunch('import', table, '--project', project)).stdout).toContain(
      '2 are no drafts any more and were left alone',
    );
  });

  test('a table reaches no file outside of its folder', async () => {
    await write('secret/key', 'secret');
    await write('in/b/x', '');
    await write('in/c/x', '');
    await symlink(path.join(folder, 'secret'), path.join(folder, 'in', 'link'));
    await symlink(path.join(folder, 'secret', 'key'), path.join(folder, 'in', 'c', 'key'));
    const rows = [
      '../secret',
      path.join(folder, 'secret'),
      'link',
      'link/key',
      'b/../../secret',
      'b; c',
      'b/x; c/x',
      'c',
    ];
    const table = await write('in/t.csv', `name,files\n${rows.map((files, n) => `d${n},${files}\n`).join('')}`);
    const { stderr, exitCode } = await crunch('import', table, '--project', project, '--dry-run');
    expect(exitCode).toBe(2);
    expect(stderr.match(/^ {2}row \d+, column files: .*$/gm)).toHaveLength(rows.length);
    await write('in/t.csv', 'name,files\na,secret\n');
    expect(await crunch('import', table, '--project', project, '--files-root', folder, '--dry-run')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('would upload 1 files, 6 B'),
    });
  });

  test.each([
    ['t.xlsx', 'name\na\n', 'has to end with one of .csv, .tsv, .json, .jsonl'],
    ['t.csv', 'depth\n1\n', 'The table has no column “name”. It has: depth.'],
    ['t.csv', '', 'It holds no rows.'],
    ['t.json', '{}', "row 1: the JSON can't be read"],
  ])('%s with %j is refused', async (name, text, message) => {
    const table = await write(name, text);
    const { stderr, exitCode } = await crunch('import', table, '--project', project);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
  });

  test('held rows stay drafts when the others are queued', async () => {
    const table = await write('t.json', '[{"name":"a","held":true},{"name":"b"}]');
    await crunch('import', table, '--project', project, '--queue');
    expect(await show('a')).toMatchObject({ state: 'draft', held: true });
    expect(await show('b')).toMatchObject({ state: 'queued' });
    await crunch('import', await write('u.jsonl', '{"name":"c"}'), '--project', project, '--hold');
    expect(await show('c')).toMatchObject({ state: 'draft', held: true });
  });
});
