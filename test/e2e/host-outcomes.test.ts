import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { CrunchStack } from '../helpers/crunch-stack.ts';

let stack: CrunchStack;

beforeAll(async () => {
  stack = await CrunchStack.start();
}, 120_000);

afterAll(() => stack.stop(), 60_000);

/** Writes a module of stages, and a plan with `stage` after the upload. Returns their paths. */
async function writeStages(name: string, module: string, stages: string[]): Promise<{ module: string; plan: string }> {
  const folder = path.join(stack.folder, 'stages', name);
  await mkdir(folder, { recursive: true });
  const files = { module: path.join(folder, 'stages.ts'), plan: path.join(folder, 'plan.json') };
  await writeFile(files.module, module);
  await writeFile(files.plan, JSON.stringify(stages.map((stage) => ({ stage }))));
  return files;
}

/** Changes in the storage what the upload has just put there. */
const spoilingStages = () => `
import { appendFile } from 'node:fs/promises';
import { defineStage, defineStages } from 'crunch/stages';
const storage = ${JSON.stringify(path.join(stack.places.data, 'storage'))};
export default defineStages([
  defineStage({
    name: 'spoil',
    async run({ dataset }) {
      await appendFile(\`\${storage}/crunch/\${dataset.slug.replace(':', '/')}/out.txt\`, 'more');
    },
  }),
]);
`;

test.each(['run', 'loop'] as const)(
  'crunch %s says that a dataset failed whose results can’t be published',
  async (command) => {
    const stages = await writeStages('spoil', spoilingStages(), ['download', 'workflow', 'upload', 'spoil']);
    const project = await stack.addProject(
      `Spoilt ${command}`,
      '#!/bin/sh\necho done > out.txt\n',
      '--plan',
      stages.plan,
    );
    const slug = await stack.addDataset(project, 'One');
    const how = command === 'run' ? ['run', slug] : ['loop', '--project', project, '--until-empty'];
    const host = stack.host(`spoilt-${command}`, ...how, '--stages', stages.module);
    await expect(host.ended).resolves.toMatchObject({ exitCode: 10 });
    const ends = host.events.filter((event) => event.type === 'handed-over' || event.type === 'finished');
    expect(ends).toMatchObject([{ type: 'handed-over' }, { type: 'finished', outcome: 'failed' }]);
    const reason = expect.stringContaining('out.txt');
    await expect(stack.show(slug)).resolves.toMatchObject({ state: 'failed', reason });
  },
  120_000,
);
