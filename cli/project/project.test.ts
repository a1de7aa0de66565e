import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readPlan } from './read-plan.ts';
import { readWorkflowSource } from './read-workflow-source.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crunch-project-'));
});

afterEach(() => rm(folder, { recursive: true }));

async function makeFile(name: string, text: string): Promise<string> {
  await writeFile(join(folder, name), text);
  return join(folder, name);
}

test('a file is sent as text under its name', async () => {
  const file = await makeFile('Snakefile', 'rule all: input: []');
  const source = { kind: 'text', text: 'rule all: input: []', fileName: 'Snakefile' };
  expect(await readWorkflowSource(file)).toEqual(source);
});

test('a file whose name a workspace cannot have is sent without it', async () => {
  const file = await makeFile('my workflow.sh', '#!/bin/sh\n');
  expect(await readWorkflowSource(file)).toEqual({ kind: 'text', text: '#!/bin/sh\n' });
});

test('an address and a repository are left to the server', async () => {
  expect(await readWorkflowSource('https://example.org/Snakefile')).toEqual({
    ...{ kind: 'url', url: 'https://example.org/Snakefile' },
  });
  expect(await readWorkflowSource('git+https://me@example.org/a.git@v1.2/x#flows/Snakefile')).toEqual({
    ...{ kind: 'repository', url: 'https://me@example.org/a.git', revision: 'v1.2/x', path: 'flows/Snakefile' },
  });
});

test.each([
  'git+https://example.org/a.git',
  'git+https://example.org/a.git@main',
  'git+https://example.org/a.git#path',
])('%s lacks a part', async (given) => {
  await expect(readWorkflowSource(given)).rejects.toMatchObject({ code: 'invalid-input' });
});

test('a workflow that is missing, empty or huge is refused', async () => {
  const huge = await makeFile('huge', 'x');
  await truncate(huge, 5 * 1024 * 1024);
  for (const file of [join(folder, 'missing'), await makeFile('empty', ' \n'), huge]) {
    await expect(readWorkflowSource(file)).rejects.toMatchObject({ code: 'invalid-input' });
  }
});

const STEPS = [{ stage: 'download' }, { stage: 'check', parameters: { strict: true } }];

test.each([
  ['list.json', JSON.stringify(STEPS)],
  ['object.json', JSON.stringify({ plan: STEPS })],
  ['tables.toml', '[[plan]]\nstage = "download"\n\n[[plan]]\nstage = "check"\nparameters = { strict = true }\n'],
])('a plan is read from %s', async (name, text) => {
  expect(JSON.parse(JSON.stringify(await readPlan(await makeFile(name, text))))).toEqual(STEPS);
});

test.each([
  ['text.json', 'download'],
  ['other.json', '{"stages": []}'],
  ['null.json', 'null'],
  ['broken.toml', '[[plan'],
])('a file that is no plan is refused: %s', async (name, text) => {
  await expect(readPlan(await makeFile(name, text))).rejects.toMatchObject({ code: 'invalid-input' });
});
