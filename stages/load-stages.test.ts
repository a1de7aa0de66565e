import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performStage } from './define-stage.ts';
import { loadStages } from './load-stages.ts';
import type { StageContext } from './stage-definition.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'crunch-stages-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function load(source: string) {
  const file = path.join(folder, `stages-${Math.random().toString(36).slice(2)}.ts`);
  await writeFile(file, source);
  return loadStages(file);
}

function contextWith(parameters: StageContext['parameters']): StageContext {
  return {
    dataset: { slug: 'p:d', project: 'p' },
    runId: 'r',
    workspace: folder,
    parameters,
    projectParameters: {},
    outputs: {},
    signal: new AbortController().signal,
    log: () => undefined,
    progress: () => undefined,
    run: async () => ({ exitCode: 0, tail: '' }),
  };
}

const COUNTING = `
import { defineStage, defineStages } from 'crunch/stages';
interface Limits { rows: number }
const parameters = {
  parse(value: unknown): Limits {
    const rows = (value as Limits).rows;
    if (typeof rows !== 'number') throw new Error('rows must be a number');
    return { rows };
  },
};
export default defineStages([
  defineStage({ name: 'count', parameters, run: ({ parameters }) => ({ twice: parameters.rows * 2 }) }),
]);
`;

test('a TypeScript module outside the package is loaded and its stage gets typed parameters', async () => {
  const [stage] = await load(COUNTING);
  expect(stage?.name).toBe('count');
  await expect(performStage(stage!, contextWith({ rows: 21 }))).resolves.toEqual({ twice: 42 });
});

test('parameters that do not fit are refused in words', async () => {
  const [stage] = await load(COUNTING);
  await expect(performStage(stage!, contextWith({ rows: 'many' }))).rejects.toMatchObject({
    code: 'invalid-input',
    message: expect.stringContaining('rows must be a number'),
  });
});

test.each([
  ['a syntax error', 'export default [', /can't be loaded/],
  ['no default export', 'export const a = 1;', /exports no stages/],
  ['a bad name', `export default [{ name: 'Bad Name', run() {} }];`, /can't be a stage's name/],
  ['a doubled name', `export default [{ name: 'a', run() {} }, { name: 'a', run() {} }];`, /defined twice/],
  ['no run()', `export default [{ name: 'a' }];`, /no function run/],
])('a module with %s is refused', async (_case, source, message) => {
  await expect(load(source)).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringMatching(message) });
});
