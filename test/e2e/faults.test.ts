import { once } from 'node:events';
import { access, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { CrunchStack, type RunningHost } from '../helpers/crunch-stack.ts';

let stack: CrunchStack;

beforeAll(async () => {
  stack = await CrunchStack.start();
}, 120_000);

afterAll(() => stack.stop(), 60_000);

/** Runs until the file `go` appears beside the stack's data, and writes its process id to `pid-<host>`. */
function waitingScript(name: string): string {
  const go = path.join(stack.folder, `${name}-go`);
  const pid = path.join(stack.folder, `${name}-pid`);
  return `#!/bin/sh\necho $$ > ${pid}-$CRUNCH_HOST\nwhile [ ! -e ${go} ]; do sleep 0.1; done\necho done > out.txt\n`;
}

const go = (name: string) => writeFile(path.join(stack.folder, `${name}-go`), '');

async function programOf(name: string, host: string): Promise<number> {
  return Number(await readFile(path.join(stack.folder, `${name}-pid-${host}`), 'utf8'));
}

const workflowStarted = (host: RunningHost) =>
  host.event((event) => event.type === 'stage' && event.stage === 'workflow' && event.state === 'START');

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Waits for the file that the user's program writes first. */
async function programStarted(name: string, host: string): Promise<number> {
  for (;;) {
    const pid = await programOf(name, host).catch(() => 0);
    if (pid > 0) return pid;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test('kill -9 of a host: its program ends, another host completes the dataset', async () => {
  const project = await stack.addProject('Killed', waitingScript('killed'));
  const slug = await stack.addDataset(project, 'One');
  const dying = stack.host('k1', 'loop', '--project', project);
  await workflowStarted(dying);
  const program = await programStarted('killed', 'k1');
  await dying.kill('SIGKILL');
  const other = stack.host('k2', 'loop', '--project', project, '--until-empty');
  await workflowStarted(other);
  expect(isAlive(program)).toBe(false);
  await go('killed');
  await expect(other.ended).resolves.toMatchObject({ exitCode: 0 });
  const dataset = await stack.show(slug);
  expect(dataset).toMatchObject({ state: 'completed', host: 'k2', run: { leaseNumber: 2, hostLosses: 1 } });
  expect((await stack.statuses(slug)).map(({ words, host }) => `${words} ${host}`)).toContain('WORKFLOW LOST k1');
}, 120_000);

test('a frozen host gives its dataset up when it wakes, and kills what it ran', async () => {
  const project = await stack.addProject('Frozen', waitingScript('frozen'));
  const slug = await stack.addDataset(project, 'One');
  const frozen = stack.host('z1', 'loop', '--project', project);
  await workflowStarted(frozen);
  const program = await programStarted('frozen', 'z1');
  frozen.child.kill('SIGSTOP');
  const other = stack.host('z2', 'loop', '--project', project, '--until-empty');
  await workflowStarted(other);
  frozen.child.kill('SIGCONT');
  await frozen.event((event) => event.type === 'finished' && event.outcome === 'lost');
  expect(isAlive(program)).toBe(false);
  await go('frozen');
  await expect(other.ended).resolves.toMatchObject({ exitCode: 0 });
  await expect(stack.show(slug)).resolves.toMatchObject({ state: 'completed', host: 'z2' });
  await frozen.kill('SIGKILL');
}, 120_000);

test.each([
  ['honours SIGTERM', ''],
  ['ignores SIGTERM', "trap '' TERM\n"],
])(
  'a program that %s is cancelled',
  async (title, trap) => {
    const name = title.replace(' ', '-');
    const project = await stack.addProject(title, waitingScript(name).replace('\n', `\n${trap}`));
    const slug = await stack.addDataset(project, 'One');
    const host = stack.host(`c-${name}`, 'next', '--project', project);
    await workflowStarted(host);
    const program = await programStarted(name, `c-${name}`);
    await stack.json('cancel', slug);
    await expect(host.ended).resolves.toMatchObject({ exitCode: 10 });
    expect(isAlive(program)).toBe(false);
    await expect(stack.show(slug)).resolves.toMatchObject({ state: 'cancelled' });
    expect((await stack.statuses(slug)).at(-1)?.words).toBe('WORKFLOW CANCELLED');
  },
  120_000,
);

test('a host that is told to end hands the dataset back', async () => {
  const project = await stack.addProject('Drained', waitingScript('drained'));
  const slug = await stack.addDataset(project, 'One');
  const leaving = stack.host('d1', 'loop', '--project', project, '--grace', '0s');
  await workflowStarted(leaving);
  await programStarted('drained', 'd1');
  await leaving.kill('SIGTERM');
  await go('drained');
  const end = await stack.host('d2', 'loop', '--project', project, '--until-empty').ended;
  expect(end).toMatchObject({ exitCode: 0 });
  await expect(stack.show(slug)).resolves.toMatchObject({ state: 'completed', run: { hostLosses: 0 } });
}, 120_000);

test('two hosts that start together on one dataset: one gets it', async () => {
  const project = await stack.addProject('Raced', '#!/bin/sh\necho done > out.txt\n');
  for (const round of ['a', 'b', 'c']) {
    const slug = await stack.addDataset(project, round);
    const hosts = ['r1', 'r2'].map((name) => stack.host(name, 'loop', '--project', project, '--until-empty'));
    await Promise.all(hosts.map((host) => host.ended));
    const finished = hosts.flatMap((host) => host.events.filter((event) => event.type === 'finished'));
    expect(finished).toHaveLength(1);
    await expect(stack.show(slug)).resolves.toMatchObject({ state: 'completed', runs: 1 });
  }
}, 180_000);

test('kill -9 of everything in mid run, then up and loop: every dataset is completed', async () => {
  const project = await stack.addProject('Blackout', waitingScript('blackout'));
  const slugs = [await stack.addDataset(project, 'a'), await stack.addDataset(project, 'b')];
  const host = stack.host('b1', 'loop', '--project', project);
  await workflowStarted(host);
  await programStarted('blackout', 'b1');
  await host.kill('SIGKILL');
  stack.upProcess.kill('SIGKILL');
  await once(stack.upProcess, 'close');
  await stack.startUp();
  await go('blackout');
  const end = await stack.host('b1', 'loop', '--project', project, '--until-empty').ended;
  expect(end).toMatchObject({ exitCode: 0 });
  for (const slug of slugs) await expect(stack.show(slug)).resolves.toMatchObject({ state: 'completed' });
}, 240_000);

test('a second stack on the same data, a second host in the same directory: refused by name', async () => {
  const data = path.join(stack.folder, 'data');
  await access(data);
  const up = await stack.crunch('up', '--data', data);
  expect(up).toMatchObject({ exitCode: 5, stderr: expect.stringContaining(data) });
  const first = stack.host('twice', 'loop');
  await first.event((event) => event.type === 'started');
  const second = await stack.host('twice', 'loop').ended;
  expect(second).toMatchObject({ exitCode: 5, stdout: expect.stringContaining('already-running') });
  await first.kill('SIGKILL');
}, 60_000);
