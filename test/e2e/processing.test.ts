import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { CrunchStack } from '../helpers/crunch-stack.ts';

let stack: CrunchStack;

beforeAll(async () => {
  stack = await CrunchStack.start();
}, 120_000);

afterAll(() => stack.stop(), 60_000);

const SIX_STATUSES = [
  ...['SETUP START', 'SETUP SUCCESS', 'WORKFLOW START'],
  ...['WORKFLOW SUCCESS', 'UPLOAD START', 'UPLOAD SUCCESS'],
];

test('a script is processed: six statuses with diagnostics, results beside inputs, inputs as they were', async () => {
  const script = '#!/bin/sh\nset -e\nwc -c < input.txt > size.txt\necho changed >> input.txt\nenv > environment.txt\n';
  const project = await stack.addProject('Script', script);
  const slug = await stack.addDataset(project, 'One');
  const end = await stack.host('s1', 'loop', '--project', project, '--until-empty').ended;
  expect(end).toMatchObject({ exitCode: 0 });

  const statuses = await stack.statuses(slug);
  expect(statuses.map((status) => status.words)).toEqual(SIX_STATUSES);
  for (const { host, diagnostics } of statuses) {
    expect(host).toBe('s1');
    expect(diagnostics).toMatchObject({ system: expect.stringMatching(/\w/), diskTotal: expect.any(Number) });
  }
  const files = await stack.files(slug);
  expect(files.map(({ path: file, origin }) => [file, origin])).toEqual([
    ['environment.txt', 'result'],
    ['input.txt', 'changed'],
    ['size.txt', 'result'],
  ]);

  const to = path.join(stack.folder, 'downloaded');
  await stack.json('download', slug, '--to', to);
  await expect(readFile(path.join(to, 'size.txt'), 'utf8')).resolves.toMatch(/^\s*6\n$/);
  const environment = await readFile(path.join(to, 'environment.txt'), 'utf8');
  for (const name of ['HOST=s1', `PROJECT=${project}`, `DATASET=${slug}`, 'RUN=', 'CORES=1', 'WORKSPACE=/']) {
    expect(environment).toContain(`CRUNCH_${name}`);
  }
  expect(environment).not.toMatch(/TOKEN/);

  // A retry begins with the original input, and ends with the same results.
  await stack.json('retry', slug);
  await expect(stack.host('s1', 'next', '--project', project).ended).resolves.toMatchObject({ exitCode: 0 });
  await stack.json('download', slug, '--to', to, '--overwrite');
  await expect(readFile(path.join(to, 'size.txt'), 'utf8')).resolves.toMatch(/^\s*6\n$/);
  await stack.json('download', slug, '--to', path.join(to, 'inputs'), '--originals');
  await expect(readFile(path.join(to, 'inputs/input.txt'), 'utf8')).resolves.not.toContain('changed');
}, 120_000);

test('a script with exit code 3 fails its dataset with the end of its log', async () => {
  const project = await stack.addProject('Failing', '#!/bin/sh\necho row 17 is broken >&2\nexit 3\n');
  const slug = await stack.addDataset(project, 'One');
  const end = await stack.host('s2', 'loop', '--project', project, '--until-empty').ended;
  expect(end.exitCode).toBe(10);
  await expect(stack.show(slug)).resolves.toMatchObject({ state: 'failed', stage: 'workflow' });
  const failure = (await stack.statuses(slug)).at(-1);
  expect(failure?.words).toBe('WORKFLOW FAIL');
  expect(failure?.note).toMatch(/exited with code 3[\s\S]*row 17 is broken/);
}, 60_000);

const RULES = `rule all:
    input: "counts.txt", "report.txt"
rule count:
    input: "input.txt"
    output: "counts.txt"
    shell: "wc -l < {input} > {output}"
rule report:
    input: "counts.txt"
    output: "report.txt"
    shell: "cp {input} {output}"
`;

test('a Snakemake workflow is processed, and what Snakemake keeps for itself is no result', async () => {
  const project = await stack.addProject('Snakes', RULES, '--engine', 'snakemake');
  const slug = await stack.addDataset(project, 'One');
  await expect(stack.host('s3', 'next', '--project', project).ended).resolves.toMatchObject({ exitCode: 0 });
  const files = await stack.files(slug);
  expect(files.map((file) => file.path)).toEqual(['counts.txt', 'input.txt', 'report.txt']);
}, 300_000);

test('a failing Snakemake rule fails the dataset', async () => {
  const rules = RULES.replace('cp {input} {output}', 'echo the reference is missing >&2; exit 1');
  const project = await stack.addProject('Failing Snakes', rules, '--engine', 'snakemake');
  const slug = await stack.addDataset(project, 'One');
  await expect(stack.host('s3', 'next', '--project', project).ended).resolves.toMatchObject({ exitCode: 10 });
  const failure = (await stack.statuses(slug)).at(-1);
  expect(failure).toMatchObject({ words: 'WORKFLOW FAIL', note: expect.stringContaining('Error in rule report') });
}, 300_000);

test('a workflow source that can’t be fetched fails the dataset in words', async () => {
  const repository = 'git+https://repository.invalid/team/workflow.git@main#workflow.sh';
  const project = await stack.addProjectOf('Unreachable', repository);
  const slug = await stack.addDataset(project, 'One');
  const end = await stack.host('s4', 'loop', '--project', project, '--until-empty').ended;
  expect(end).toMatchObject({ exitCode: 0 });
  const dataset = await stack.show(slug);
  expect(dataset).toMatchObject({ state: 'failed', reason: expect.stringContaining('repository.invalid') });
}, 120_000);

test('a storage that is down fails the dataset, not the host', async () => {
  const project = await stack.addProject('No Storage', '#!/bin/sh\n');
  const slug = await stack.addDataset(project, 'One');
  const settings = path.join(stack.folder, 'storage.json');
  const credentials = { accessKeyId: 'none', secretAccessKey: 'none' };
  const s3 = {
    kind: 's3',
    bucket: 'b',
    region: 'r',
    endpoint: 'http://127.0.0.1:9',
    forcePathStyle: true,
    credentials,
  };
  await writeFile(settings, JSON.stringify(s3));
  const plan = path.join(stack.folder, 'plan.json');
  await writeFile(
    plan,
    JSON.stringify([
      { stage: 'download', parameters: { stallTimeoutMs: 1000 } },
      { stage: 'workflow' },
      { stage: 'upload' },
    ]),
  );
  const hasty = await stack.addProject('No Storage At Once', '#!/bin/sh\n', '--plan', plan);
  const other = await stack.addDataset(hasty, 'One');
  const host = stack.host('s5', 'next', '--project', hasty, '--storage-settings', settings);
  await expect(host.ended).resolves.toMatchObject({ exitCode: 10 });
  const failure = (await stack.statuses(other)).at(-1);
  expect(failure).toMatchObject({ words: 'SETUP FAIL', note: expect.stringContaining('127.0.0.1') });
  await expect(stack.show(slug)).resolves.toMatchObject({ state: 'queued' });
}, 120_000);

const STAGES = `
import { defineStage, defineStages } from 'crunch/stages';
interface Limits { atLeast: number }
export default defineStages([
  defineStage({
    name: 'quality-check',
    parameters: { parse: (value: unknown) => value as Limits },
    async run({ run, parameters }) {
      const { exitCode, tail } = await run(['sh', '-c', 'test "$(wc -l < input.txt)" -ge ' + parameters.atLeast]);
      if (exitCode !== 0) throw new Error('input.txt is too short ' + tail);
      return { checked: true };
    },
  }),
]);
`;

test('a custom stage stands where the plan says, fails early, and a host without it is refused in words', async () => {
  const folder = path.join(stack.folder, 'custom');
  await mkdir(folder);
  await writeFile(path.join(folder, 'stages.ts'), STAGES);
  const check = { stage: 'quality-check', parameters: { atLeast: 2 } };
  const plan = [{ stage: 'download' }, check, { stage: 'workflow' }, { stage: 'upload' }];
  await writeFile(path.join(folder, 'plan.json'), JSON.stringify(plan));
  const project = await stack.addProject(
    'Checked',
    '#!/bin/sh\necho done > out.txt\n',
    '--plan',
    path.join(folder, 'plan.json'),
  );
  const good = await stack.addDataset(project, 'Good', 'a\nb\n');

  const without = stack.host('s6', 'loop', '--project', project);
  await without.event((event) => event.type === 'started');
  let reason: string | null = null;
  // The words come with the next admission, which the host's arrival starts.
  while (!reason?.includes('quality-check')) ({ reason } = await stack.show(good));

  await without.kill('SIGTERM');

  const bad = await stack.addDataset(project, 'Bad', 'a\n');
  const stages = path.join(folder, 'stages.ts');
  const end = await stack.host('s7', 'loop', '--project', project, '--stages', stages, '--until-empty').ended;
  expect(end.exitCode).toBe(10);
  expect((await stack.statuses(good)).map((status) => status.words)).toEqual([
    ...['SETUP START', 'SETUP SUCCESS', 'quality-check START', 'quality-check SUCCESS'],
    ...['WORKFLOW START', 'WORKFLOW SUCCESS', 'UPLOAD START', 'UPLOAD SUCCESS'],
  ]);
  const failure = (await stack.statuses(bad)).at(-1);
  expect(failure).toMatchObject({
    words: 'quality-check FAIL',
    note: expect.stringContaining('input.txt is too short'),
  });
}, 180_000);

test('crunch run takes a dataset that is queued already, and says when there is none of that name', async () => {
  const project = await stack.addProject('Named', '#!/bin/sh\necho done > out.txt\n');
  const slug = await stack.addDataset(project, 'One');
  await expect(stack.show(slug)).resolves.toMatchObject({ state: 'queued' });
  await expect(stack.host('s8', 'run', slug).ended).resolves.toMatchObject({ exitCode: 0 });
  await expect(stack.show(slug)).resolves.toMatchObject({ state: 'completed', host: 's8' });
  await expect(stack.host('s8', 'run', 'named:nobody').ended).resolves.toMatchObject({ exitCode: 4 });
}, 60_000);

test('a token of the scope host is all that a host needs', async () => {
  const project = await stack.addProject('Lab', '#!/bin/sh\necho done > out.txt\n');
  const slug = await stack.addDataset(project, 'One');
  const { token } = await stack.json<{ token: string }>('token', 'create', '--name', 'lab', '--scope', 'host');
  const host = stack.host('s9', 'loop', '--project', project, '--until-empty', '--token', token);
  await expect(host.ended).resolves.toMatchObject({ exitCode: 0 });
  await expect(stack.show(slug)).resolves.toMatchObject({ state: 'completed', host: 's9' });
}, 60_000);

test('a workflow file that is not there ends a host before it takes anything', async () => {
  const missing = path.join(stack.folder, 'nowhere.sh');
  const end = await stack.host('s10', 'loop', '--path', missing, '--until-empty').ended;
  expect(end).toMatchObject({ exitCode: 2, stdout: expect.stringContaining('nowhere.sh') });
}, 60_000);
