import { once } from 'node:events';
import { access, mkdir, writeFile } from 'node:fs/promises';
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

/** On the first host that runs it, the stage heeds no signal and runs a program that heeds none either. */
const heedlessStages = (begun: string) => `
import { access } from 'node:fs/promises';
import { defineStage, defineStages } from 'crunch/stages';
export default defineStages([
  defineStage({
    name: 'heedless',
    async run({ run }) {
      if (await access(${JSON.stringify(begun)}).then(() => true, () => false)) return;
      void run(['/bin/sh', '-c', 'trap "" TERM; echo > ${begun}; while :; do sleep 0.1; done']);
      for (;;) await new Promise((resolve) => setTimeout(resolve, 5));
    },
  }),
]);
`;

async function untilThere(file: string): Promise<void> {
  while (
    !(await access(file).then(
      () => true,
      () => false,
    ))
  )
    await new Promise((resolve) => setImmediate(resolve));
}

test.each([
  // The kill grace is longer than the test: only the kill ends the host.
  ['three SIGINTs', '10m', ['finish', 'hand-back', 'kill']],
  ['SIGTERM and its grace', '1s', ['finish', 'hand-back']],
])(
  '%s end a host with a stage that heeds no signal, and hand its dataset back',
  async (how, killGrace, steps) => {
    const name = how.split(' ')[0]!;
    const begun = path.join(stack.folder, `begun-${name}`);
    const { plan, module } = await writeStages(name, heedlessStages(begun), ['heedless']);
    const project = await stack.addProject(how, '#!/bin/sh\n', '--plan', plan, '--kill-grace', killGrace);
    const slug = await stack.addDataset(project, 'One');
    const host = stack.host(`i1-${name}`, 'loop', '--project', project, '--stages', module, '--grace', '0s');
    await untilThere(begun);
    for (const step of steps) {
      if (how === 'three SIGINTs') host.child.kill('SIGINT');
      else if (step === 'finish') host.child.kill('SIGTERM');
      await host.event((event) => event.type === 'stopping' && event.how === step);
    }
    const end = await host.ended;
    expect(end).toMatchObject({ exitCode: 130, stderr: expect.stringContaining('stage heedless did not end') });
    const other = stack.host(`i2-${name}`, 'loop', '--project', project, '--stages', module, '--until-empty');
    await expect(other.ended).resolves.toMatchObject({ exitCode: 0 });
    await expect(stack.show(slug)).resolves.toMatchObject({
      state: 'completed',
      run: { leaseNumber: 2, hostLosses: 0 },
    });
  },
  60_000,
);

test('a host that reaches nobody any more ends nevertheless when it is killed', async () => {
  const project = await stack.addProject('Cut Off', '#!/bin/sh\nsleep 1000\n', '--grace', '10m', '--kill-grace', '10m');
  await stack.addDataset(project, 'One');
  const host = stack.host('cut-off', 'loop', '--project', project);
  await host.event((event) => event.type === 'stage' && event.stage === 'workflow' && event.state === 'START');
  stack.upProcess.kill('SIGKILL');
  await once(stack.upProcess, 'close');
  for (const step of ['finish', 'hand-back', 'kill']) {
    host.child.kill('SIGINT');
    await host.event((event) => event.type === 'stopping' && event.how === step);
  }
  await expect(host.ended).resolves.toMatchObject({ exitCode: 130, stderr: expect.stringContaining('handed back') });
}, 60_000);
