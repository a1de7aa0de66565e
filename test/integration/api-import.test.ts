import { once } from 'node:events';
import { request } from 'node:http';
import type { CrunchClient, CrunchError } from '../../client/index.ts';
import { IMPORT_LIMITS } from '../../shared/domain/import-limits.ts';
import { startTestApi, type TestApi } from '../helpers/test-api.ts';
import { addDataset, addProject } from '../setup/catalog.ts';
import { describeWith } from '../setup/test-services.ts';

/** As given: tests send what the contract doesn't allow, too. */
type Row = Record<string, unknown>;

await describeWith('postgres', 'imports', ({ url: databaseUrl }) => {
  let api: TestApi;
  let crunch: CrunchClient;
  let projects = 0;
  let project: string;

  beforeAll(async () => {
    api = await startTestApi({ databaseUrl });
    crunch = await api.signIn({ scope: 'operate' });
  });
  afterAll(() => api.stop());
  beforeEach(async () => {
    projects += 1;
    project = `p${projects}`;
    await addProject(api.catalog, { name: project });
  });

  async function* inProject(rows: Row[]) {
    for (const row of rows) yield { project, ...row } as never;
  }

  const send = (rows: Row[], query: { dryRun?: 'true' } = {}, client = crunch) =>
    client.importDatasets({ query, body: inProject(rows) });

  /** What is wrong, by row and column. */
  async function faultsOf(rows: Row[], client = crunch): Promise<string[]> {
    const error = await send(rows, {}, client).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'invalid-input' });
    return (error as CrunchError).fields.map(({ path, message }) => `${path}: ${message}`);
  }

  const slugs = async () =>
    (await crunch.listDatasets({ query: { project: [project] } })).items.map(({ slug }) => slug);

  test('make each row a dataset with its attributes, in their order', async () => {
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
      { key: 'text', type: 'char', value: 'zwei\nZeilen, „Ünïcode“ 🐧 \\ {"a":1}' },
    ];
    const row = { name: 'B', description: 'd', details: '# D', priority: 1, held: true, attributes };
    expect(await send([row, { name: 'A', basePath: 'lab/a', queue: true }])).toEqual({ created: 2, unchanged: 0 });
    expect(await slugs()).toEqual([`${project}:b`, `${project}:a`]);
    expect(await crunch.getDataset({ params: { slug: `${project}:b` } })).toMatchObject({
      ...{ name: 'B', description: 'd', details: '# D', priority: 1, held: true, state: 'draft', attributes },
      basePath: `crunch/${project}/b`,
    });
    const queued = { state: 'queued', basePath: 'lab/a', attributes: [] };
    expect(await crunch.getDataset({ params: { slug: `${project}:a` } })).toMatchObject(queued);
    const [event] = await api.catalog.prisma.auditEvent.findMany({
      where: { subject: project, action: 'dataset.import' },
    });
    expect(event?.detail).toMatchObject({ datasets: 2 });
  });

  test('take a body of any size of pieces, with and without an end of its last line', async () => {
    const text = JSON.stringify({ project, name: 'ünï', attributes: [{ key: 'k', type: 'char', value: '🐧' }] });
    const answer = await post(Buffer.from(text), 1);
    expect(answer).toMatchObject({ status: 200, body: { created: 1 } });
    expect(await post(Buffer.from(`${text}\n`), 7)).toMatchObject({ status: 200, body: { unchanged: 1 } });
    expect(await post(Buffer.alloc(0), 1)).toMatchObject({ status: 200, body: { created: 0, unchanged: 0 } });
  });

  test('name row and column of all faults, and make nothing', async () => {
    const attribute = (value: unknown, type = 'float') => ({ attributes: [{ key: 'depth', type, value }] });
    const rows: [Row, string][] = [
      [{ name: 'ok' }, ''],
      [{ name: 'a', ...attribute('deep') }, 'row 2, column depth: “deep” is not a float'],
      [{ name: 'a', ...attribute(null) }, 'row 3, column depth: “null” is not a float'],
      [{ name: 'a', ...attribute('x', 'date') }, 'row 4, column depth: “x” is not a date'],
      [{ name: 'a', ...attribute('a\0b', 'char') }, 'row 5, column depth: holds a NUL character'],
      [{ name: 'a', ...attribute('a\ud800b', 'char') }, 'row 6, column depth: is not valid Unicode'],
      [{ name: 'a', ...attribute('http://x/\0', 'url') }, 'row 7, column depth: holds a NUL character'],
      [
        { name: 'a', ...attribute('0000-01-01', 'date') },
        'row 8, column depth: must be in a year from 1 to 9999, in UTC',
      ],
      [{ name: '🐧' }, 'row 9, column name: makes no slug: it needs a letter or digit of a-z, 0-9'],
      [{ name: 'a', project: 'nowhere' }, 'row 10, column project: there is no project nowhere'],
      [{ name: 'a', basePath: 'x/../y' }, 'row 11, column path: the path has the part “..”'],
      [
        { name: 'a', basePath: 'x/.Crunch/y' },
        'row 12, column path: The path “x/.Crunch/y” leads into a folder that is Crunch’s own.',
      ],
      [{ name: 'a', state: 'completed' }, 'row 13, column state: is not known here'],
      [{ name: 'ok' }, `row 14, column name: makes the slug ${project}:ok, as row 1 does`],
      [{ name: 'a', row: 700, priority: 9 }, 'row 700, column priority: Too big: expected number to be <=5'],
    ];
    expect(await faultsOf(rows.map(([row]) => row))).toEqual(rows.map(([, fault]) => fault).filter(Boolean));
    expect(await slugs()).toEqual([]);
  });

  test('tell row and column apart in the problem document', async () => {
    const { status, body } = await post(Buffer.from(`not JSON\n[]\n{"project":"${project}"}\n`), 100);
    expect(status).toBe(400);
    expect(body).toMatchObject({
      errors: [
        { path: 'row 1', row: 1, message: 'is not JSON' },
        { path: 'row 2', row: 2 },
        { path: 'row 3, column name', row: 3, column: 'name' },
      ],
    });
  });

  test('tell of a hundred faults, though the table has more', async () => {
    const faults = await faultsOf(Array.from({ length: 5000 }, (_, n) => ({ name: `d${n}`, priority: 9 })));
    expect(faults).toHaveLength(100);
    expect(faults.at(-1)).toMatch(/^row 100,/);
  });

  test('keep what is there: equal rows are fine, others are faults', async () => {
    const attributes = [
      { key: 'a', type: 'float', value: 0.1 },
      { key: 'b', type: 'lat-long', latitude: 1.1234567891, longitude: 2 },
      { key: 'c', type: 'datetime', value: '2024-01-01T00:00:00.1239Z' },
    ];
    const rows = [{ name: 'A', attributes }, { name: 'B' }];
    expect(await send(rows)).toEqual({ created: 2, unchanged: 0 });
    const shuffled = { name: 'A', attributes: attributes.toReversed() };
    expect(await send([shuffled, { name: 'C' }, { name: 'B' }])).toEqual({ created: 1, unchanged: 2 });
    await crunch.createItem({ body: { parent: project, name: 'Item' } });
    const others: Row[] = [
      { name: 'A', attributes: attributes.slice(1) },
      { name: 'a', attributes },
      { name: 'B', description: 'other' },
      { name: 'C', attributes: [{ key: 'a', type: 'integer', value: 1 }] },
      { name: 'Item' },
      { name: 'D' },
    ];
    const differs = 'exists already, with other values than this row has';
    expect(await faultsOf(others)).toEqual([
      `row 1, column name: ${project}:a ${differs}`,
      `row 2, column name: makes the slug ${project}:a, as row 1 does`,
      `row 2, column name: ${project}:a ${differs}`,
      `row 3, column name: ${project}:b ${differs}`,
      `row 4, column name: ${project}:c ${differs}`,
      `row 5, column name: ${project}:item exists already, as an item`,
    ]);
    expect(await slugs()).toEqual(['a', 'b', 'c'].map((name) => `${project}:${name}`));
  });

  test('let no dataset’s folder lie within another’s', async () => {
    const at = (name: string, basePath: string) => ({ name, basePath: `${project}/${basePath}` });
    await send([at('a', 'x/y'), at('b', 'z-1')]);
    const holds = (row: number, path: string, owner: string) =>
      `row ${row}, column path: ${project}/${path} holds the files of ${project}:${owner}`;
    const rows = [at('c', 'x'), at('d', 'x/y/z'), at('e', 'x/y'), at('f', 'x/y-1'), at('g', 'z'), at('h', 'x/y-1/w')];
    expect(await faultsOf(rows)).toEqual([
      holds(1, 'x/y', 'a'),
      holds(2, 'x', 'c'),
      holds(3, 'x', 'c'),
      holds(4, 'x', 'c'),
      holds(6, 'x', 'c'),
    ]);
    expect(await faultsOf(rows.slice(1))).toEqual([holds(1, 'x/y', 'a'), holds(2, 'x/y', 'a'), holds(5, 'x/y-1', 'f')]);
    expect(await send([at('f', 'x/y-1'), at('g', 'z')])).toEqual({ created: 2, unchanged: 0 });
  });

  test('of a dry run make nothing, and tell the same', async () => {
    await send([{ name: 'A' }]);
    expect(await send([{ name: 'A' }, { name: 'B' }], { dryRun: 'true' })).toEqual({ created: 1, unchanged: 1 });
    await expect(send([{ name: 'A', priority: 1 }], { dryRun: 'true' })).rejects.toMatchObject({
      code: 'invalid-input',
    });
    expect(await slugs()).toEqual([`${project}:a`]);
  });

  test('make nothing when the connection breaks in the middle of the body', async () => {
    const details = 'x'.repeat(500);
    const lines = Array.from({ length: 5000 }, (_, n) => `${JSON.stringify({ project, name: `d ${n}`, details })}\n`);
    const { sending, gone } = await begin();
    sending.write(lines.join(''));
    sending.write(`{"project":"${project}","na`);
    await untilRunning(1);
    sending.destroy();
    await gone;
    await untilRunning(0);
    expect(await slugs()).toEqual([]);
    expect(await send([{ name: 'd 1' }])).toEqual({ created: 1, unchanged: 0 });
  });

  test('run a few at a time, and let nobody else wait meanwhile', async () => {
    const first = await begin();
    const second = await begin();
    for (const { sending } of [first, second]) sending.write(`{"project":"${project}","name":"a"}\n`.repeat(20_000));
    await untilRunning(2);
    await expect(send([{ name: 'x' }])).rejects.toMatchObject({ code: 'too-many-requests' });
    expect(await addDataset(api.catalog, project, 'a')).toBe(`${project}:a`);
    first.sending.destroy();
    second.sending.destroy();
    await untilRunning(0);
    expect(await send([{ name: 'x' }])).toEqual({ created: 1, unchanged: 0 });
  });

  test('refuse rows and lines beyond the limits', async () => {
    const attributes = Array.from({ length: IMPORT_LIMITS.attributesOfRow + 1 }, (_, value) => ({
      key: 'k',
      type: 'integer',
      value,
    }));
    expect(await faultsOf([{ name: 'a', attributes }])).toEqual([
      'row 1, column attributes: Too big: expected array to have <=1000 items',
    ]);
    await expect(
      send([{ name: 'a' }, { name: 'b', details: 'x'.repeat(IMPORT_LIMITS.rowLength) }]),
    ).rejects.toMatchObject({
      code: 'too-large',
    });
    expect(await slugs()).toEqual([]);
  });

  test('are for those who may edit, in projects that exist for them', async () => {
    await addProject(api.catalog, { name: `${project} other` });
    const reader = await api.signIn({ scope: 'read' });
    await expect(send([{ name: 'a' }], {}, reader)).rejects.toMatchObject({ code: 'not-allowed' });
    const limited = await api.signIn({ scope: 'edit', projects: [project] });
    const needsMore = `This needs the right “operate” in the project ${project}; yours is “edit”.`;
    const rows = [
      { name: 'a', project: `${project}-other` },
      { name: 'b', project: 'nowhere' },
      { name: 'c', basePath: 'crunch/elsewhere/c' },
      { name: 'd', priority: 1 },
    ];
    expect(await faultsOf(rows, limited)).toEqual([
      `row 1, column project: there is no project ${project}-other`,
      'row 2, column project: there is no project nowhere',
      `row 3, column path: Only an admin may give a path that doesn’t begin with crunch/${project}/.`,
      `row 4, column priority: ${needsMore} Its owners can make you more.`,
    ]);
    expect(await send([{ name: 'c', priority: 3 }], {}, limited)).toEqual({ created: 1, unchanged: 0 });
  });

  test('take nothing but lines of JSON', async () => {
    const answer = await fetch(`${api.url}/api/v1/imports`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await api.makeToken()}`, 'content-type': 'application/json' },
      body: '[]',
    });
    expect(answer.status).toBe(415);
    expect(await post(Buffer.from([0x7b, 0xff, 0x7d]), 10)).toMatchObject({
      status: 400,
      body: { code: 'invalid-input' },
    });
  });

  /** Begins to send a body. */
  async function begin() {
    const sending = request(`${api.url}/api/v1/imports`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await api.makeToken()}`, 'content-type': 'application/x-ndjson' },
    });
    const gone = new Promise<void>((resolve) => sending.once('close', resolve));
    sending.on('error', () => {});
    return { sending, gone };
  }

  async function post(body: Buffer, pieceSize: number): Promise<{ status: number | undefined; body: unknown }> {
    const { sending } = await begin();
    for (let at = 0; at < body.length; at += pieceSize) sending.write(body.subarray(at, at + pieceSize));
    sending.end();
    const [response] = (await once(sending, 'response')) as [AsyncIterable<Buffer> & { statusCode?: number }];
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk);
    return { status: response.statusCode, body: JSON.parse(Buffer.concat(chunks).toString()) };
  }

  const running = async () => {
    // From its first statement on: one that was overlooked for a moment would be another one's place a moment later.
    const [{ count }] = await api.catalog.prisma.$queryRaw<[{ count: number }]>`
      SELECT count(*)::int AS count FROM pg_stat_activity
      WHERE datname = current_database() AND query LIKE '%staged!_%' ESCAPE '!' AND state <> 'idle'
        AND pid <> pg_backend_pid()`;
    return count;
  };

  /** Waits until so many imports have begun, or as few are left. */
  async function untilRunning(count: number): Promise<void> {
    while ((await running()) !== count);
  }
});
