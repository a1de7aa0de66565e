import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { admitDatasets } from '../../catalog/admission.ts';
import { closeRun, markRunClaimed } from '../../catalog/run-events.ts';
import { ADMISSION_DEFAULTS } from '../helpers/admit-slugs.ts';
import { captureCrunch } from '../helpers/capture-crunch.ts';
import { startTestApi, type TestApi } from '../helpers/test-api.ts';
import { addDataset, addHost, addProject } from '../setup/catalog.ts';
import { describeWith } from '../setup/test-services.ts';

await describeWith('postgres', 'the catalog over the command line', ({ url: databaseUrl }) => {
  let api: TestApi;
  let env: NodeJS.ProcessEnv;
  let folder: string;

  beforeAll(async () => {
    api = await startTestApi({ databaseUrl });
    env = { CRUNCH_URL: api.url, CRUNCH_TOKEN: await api.makeToken() };
    folder = await mkdtemp(join(tmpdir(), 'crunch-catalog-'));
    await addProject(api.catalog, { name: 'p' });
    await addProject(api.catalog, { name: 'other' });
    await addDataset(api.catalog, 'p', 'd');
  });
  afterAll(async () => {
    await api.stop();
    await rm(folder, { recursive: true });
  });

  const crunch = (...commandLine: string[]) => captureCrunch(commandLine, env);

  async function addPlanned(name: string, ...stages: string[]) {
    const plan = join(folder, `${name}.json`);
    await writeFile(plan, JSON.stringify(stages.map((stage) => ({ stage }))));
    return crunch('add-project', name, '--plan', plan);
  }

  test.each([
    ['late', ['download', 'upload', 'workflow'], 'plan.1.stage: “upload” stands before “workflow”'],
    ['early', ['workflow', 'download', 'upload'], 'plan.0.stage: “workflow” stands before “download”'],
    ['twice', ['download', 'workflow', 'workflow', 'upload'], 'plan.2.stage: “workflow” stands twice'],
    ['empty', [], 'plan: must hold a stage'],
  ])('a plan that can’t work (%s) is refused, and makes no project', async (name, stages, fault) => {
    const { exitCode, stderr } = await addPlanned(name, ...stages);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`  ${fault}`);
    expect(await crunch('show', name)).toMatchObject({ exitCode: 4 });
  });

  test('a plan that leaves out the upload or the download is taken with a warning', async () => {
    expect(await addPlanned('local', 'download', 'workflow')).toEqual({
      exitCode: 0,
      stdout: 'local\n',
      stderr: expect.stringMatching(/^warning: The plan has no “upload”: results stay on the host.*\n$/),
    });
    expect(await addPlanned('made', 'workflow', 'upload')).toMatchObject({
      exitCode: 0,
      stderr: expect.stringMatching(/^warning: The plan has no “download”.*\n$/),
    });
    expect(await addPlanned('whole', 'download', 'check', 'workflow', 'upload')).toMatchObject({ stderr: '' });
    expect((await crunch('show', 'local')).stdout).toMatch(/^warning +The plan has no “upload”/m);
  });

  test.each([
    [['add-project', 'q', '--pool', 'GPU!'], 'pool'],
    [['add-dataset', 'p', '!!!'], 'name'],
    [['add-dataset', 'p', ' '], 'name'],
    [['add-char-attribute', 'p:d', 'key', 'x'.repeat(2000)], 'attribute.value'],
    [['show', 'No Slug'], 'slug'],
  ])('a fault is said once, with its field (%#)', async (commandLine, field) => {
    const { exitCode, stderr } = await crunch(...commandLine);
    expect(exitCode).toBe(2);
    const [message, ...fields] = stderr.trimEnd().split('\n');
    expect(message).toMatch(/^error: [^:]+\.$/);
    expect(fields).toEqual([expect.stringMatching(`^  ${field}: .`)]);
  });

  test('datasets are listed by filter and order with attributes as columns, and queued by filter', async () => {
    await crunch('add-project', 'lists');
    for (const [name, depth] of [
      ['a', '5'],
      ['b', '15'],
      ['c', '25'],
    ] as const) {
      await crunch('add-dataset', 'lists', name);
      await crunch('add-integer-attribute', `lists:${name}`, 'water depth', depth);
    }
    const filter = ['--filter', 'project = lists and attr."water depth" > 10'];
    const list = await crunch('datasets', ...filter, '--sort=-attr."water depth"', '--columns', 'attr."water depth"');
    expect(list.stdout.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^dataset .* reason +water depth$/),
      expect.stringMatching(/^lists:c .* 25$/),
      expect.stringMatching(/^lists:b .* 15$/),
    ]);
    expect(await crunch('queue', ...filter, '--dry-run')).toMatchObject({ stdout: 'lists:b\nlists:c\n' });
    expect(await crunch('queue', ...filter)).toMatchObject({ exitCode: 0, stdout: 'lists:b\nlists:c\n' });
    expect(await crunch('cancel', '--filter', 'name = c', '--state', 'queued')).toMatchObject({ stdout: 'lists:c\n' });
    expect(await crunch('retry', '--filter', 'name = nothing')).toMatchObject({ exitCode: 6 });
    expect(await crunch('cancel', '--filter', '')).toMatchObject({ exitCode: 2 });
    expect(await crunch('datasets', '--filter', 'stat = failed')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('filter: at character 1: there is no field “stat”: did you mean state?'),
    });
  });

  test('a parameter that is none is named once', async () => {
    const { exitCode, stderr } = await crunch('add-project', 'q', '--param', 'alpha');
    expect(exitCode).toBe(2);
    expect(stderr.match(/alpha/g)).toHaveLength(1);
    expect(stderr).toContain('--param');
  });

  test('a fault of no field is part of the message', async () => {
    const client = await api.signIn();
    await expect(client.queueDatasets({ body: {} })).rejects.toMatchObject({
      message: expect.stringContaining('names no dataset'),
      fields: [],
    });
  });

  test('an unknown dataset ends with 4, one that the action is not for with 5, and the others are done', async () => {
    for (const name of ['a', 'b', 'c']) await addDataset(api.catalog, 'p', name);
    expect(await crunch('retry', 'p:a')).toMatchObject({ exitCode: 5 });
    expect(await crunch('cancel', 'p:nobody')).toMatchObject({ exitCode: 4 });
    expect(await crunch('queue', 'p:a', 'p:nobody')).toMatchObject({ exitCode: 4, stdout: 'p:a\n' });
    const mixed = await crunch('queue', 'p:a', 'p:nobody', 'p:b', '--json');
    expect(mixed.exitCode).toBe(4);
    expect(JSON.parse(mixed.stdout)).toMatchObject({
      items: ['p:b'],
      refused: [
        { slug: 'p:a', code: 'conflict' },
        { slug: 'p:nobody', code: 'not-found' },
      ],
      error: { code: 'not-found' },
    });
    const limited = { ...env, CRUNCH_TOKEN: await api.makeToken({ projects: ['other'] }) };
    expect(await captureCrunch(['queue', 'p:c'], limited)).toMatchObject({ exitCode: 4 });
  });

  test('a misspelt project ends with 4, not as one without datasets', async () => {
    for (const commandLine of [['datasets'], ['retry']]) {
      expect(await crunch(...commandLine, '--project', 'nope')).toMatchObject({ exitCode: 4, stdout: '' });
    }
    expect(await crunch('datasets', '--project', 'p')).toMatchObject({ exitCode: 0 });
    expect(await crunch('retry', '--project', 'p')).toMatchObject({ exitCode: 6 });
  });

  test('show tells why a dataset failed, to the last line', async () => {
    await addProject(api.catalog, { name: 'failing' });
    await addDataset(api.catalog, 'failing', 'd', { queue: true });
    await addHost(api.catalog, { name: 'm3' });
    const admitted = await admitDatasets(api.catalog, ADMISSION_DEFAULTS);
    const runId = admitted.find(({ dataset }) => dataset.slug === 'failing:d')?.runId ?? '';
    await markRunClaimed(api.catalog, { runId, host: 'm3', boot: 'boot-m3', leaseNumber: 1, stage: 'workflow' });
    const note = 'the workflow exited with code 3\nreading rows\nrow 17 is broken';
    await closeRun(api.catalog, { runId, outcome: 'failed', failureClass: 'workflow', note, hostLosses: 0 });

    const { stdout } = await crunch('show', 'failing:d');
    expect(stdout.split('\n').slice(0, 5)).toEqual([
      'Failed in workflow on host m3, just now: the workflow exited with code 3',
      '    reading rows',
      '    row 17 is broken',
      'failed by  workflow',
      'try again  crunch retry failing:d',
    ]);
    const json: unknown = JSON.parse((await crunch('show', 'failing:d', '--json')).stdout);
    expect(json).toMatchObject({ stage: 'workflow', run: { failureClass: 'workflow', host: 'm3', note } });
  });
});
