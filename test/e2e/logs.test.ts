import { once } from 'node:events';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { LogLine } from '../../shared/contract/logs.ts';
import { CrunchStack } from '../helpers/crunch-stack.ts';

let stack: CrunchStack;

beforeAll(async () => {
  stack = await CrunchStack.start();
}, 120_000);

afterAll(() => stack.stop(), 60_000);

async function logOf(slug: string, ...options: string[]): Promise<LogLine[]> {
  const { stdout, stderr, exitCode } = await stack.crunch('logs', slug, '--json', ...options);
  if (exitCode !== 0) throw new Error(`crunch logs failed: ${stderr}${stdout}`);
  const lines = stdout.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as LogLine);
}

const textsOf = (lines: LogLine[]) => lines.map(({ text }) => text);

const numbered = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `line ${from + index}`);

test('a log is read while the server is killed and comes back: each line once, in order, without secrets', async () => {
  const go = path.join(stack.folder, 'go');
  const token = await stack.adminToken();
  const script = `#!/bin/sh
printf 'the token is ${token.slice(0, 20)}'; sleep 0.2; echo '${token.slice(20)}'
i=1
while [ $i -le 50 ]; do echo "line $i"; i=$((i + 1)); done
echo "line 51" >&2
while [ ! -e ${go} ]; do sleep 0.1; done
while [ $i -le 2000 ]; do i=$((i + 1)); echo "line $i"; done
while [ ! -e ${go}-again ]; do sleep 0.1; done
echo the end
`;
  const project = await stack.addProject('Live', script, '--heartbeat-timeout', '60s');
  const slug = await stack.addDataset(project, 'One');
  const host = stack.host('l1', 'next', '--project', project);
  await host.event((event) => event.type === 'stage' && event.stage === 'workflow' && event.state === 'START');
  const follower = stack.follow(slug);
  await follower.event(({ text }) => text === 'line 51');
  stack.upProcess.kill('SIGKILL');
  await once(stack.upProcess, 'close');
  // It prints while nobody is there to be told.
  await writeFile(go, '');
  await stack.startUp();
  await follower.event(({ text }) => text === 'line 2001');
  await writeFile(`${go}-again`, '');
  await expect(follower.ended).resolves.toMatchObject({ exitCode: 0 });
  await expect(host.ended).resolves.toMatchObject({ exitCode: 0 });
  const expected = ['the token is [hidden]', ...numbered(1, 2001), 'the end'];
  expect(textsOf(follower.events)).toEqual(expected);
  const lines = await logOf(slug);
  expect(textsOf(lines)).toEqual(expected);
  expect(lines.map(({ number }) => number)).toEqual(expected.map((_, index) => index + 1));
  expect(textsOf(await logOf(slug, '--grep', 'LINE 200'))).toEqual(['line 200', ...numbered(2000, 2001)]);
}, 240_000);

test('the log of a failed run is there when its host is gone, and so is that of the run before', async () => {
  const project = await stack.addProject('Failing', '#!/bin/sh\necho "boom $CRUNCH_HOST"\nexit 3\n');
  const slug = await stack.addDataset(project, 'One');
  await stack.host('f1', 'next', '--project', project).ended;
  await rm(stack.hostDirectory('f1'), { recursive: true });
  await stack.json('retry', slug);
  await stack.host('f2', 'next', '--project', project).ended;
  expect(textsOf(await logOf(slug, '--run', '1'))).toEqual(['boom f1']);
  expect(textsOf(await logOf(slug))).toEqual(['boom f2']);
  const end = await stack.crunch('logs', slug);
  expect(end.stdout).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d boom f2\n$/);
}, 120_000);

test('a host that was killed and comes back leaves the lines of both leases', async () => {
  const go = path.join(stack.folder, 'go-killed');
  const script = `#!/bin/sh\necho "begins"\nwhile [ ! -e ${go} ]; do sleep 0.1; done\necho ends\n`;
  const project = await stack.addProject('Killed', script);
  const slug = await stack.addDataset(project, 'One');
  const killed = stack.host('k1', 'loop', '--project', project);
  await killed.event((event) => event.type === 'stage' && event.stage === 'workflow' && event.state === 'START');
  const follower = stack.follow(slug);
  await follower.event(({ text }) => text === 'begins');
  await killed.kill('SIGKILL');
  await writeFile(go, '');
  const back = stack.host('k1', 'loop', '--project', project, '--until-empty');
  await expect(back.ended).resolves.toMatchObject({ exitCode: 0 });
  await follower.ended;
  const lines = await logOf(slug);
  expect(lines.map(({ leaseNumber, text }) => `${leaseNumber} ${text}`)).toEqual(['1 begins', '2 begins', '2 ends']);
  expect(textsOf(follower.events)).toEqual(textsOf(lines));
}, 120_000);

test('of a flood the beginning and the end are kept, and the host stays small', async () => {
  const script = `#!/bin/sh\necho begins\nyes 'some text that says nothing at all' | head -c 150000000\necho\necho ends\n`;
  const project = await stack.addProject('Flood', script);
  const slug = await stack.addDataset(project, 'One');
  const host = stack.host('flood', 'loop', '--project', project);
  await host.event((event) => event.type === 'finished' && event.outcome === 'completed');
  const status = await readFile(`/proc/${host.child.pid}/status`, 'utf8');
  expect(Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1])).toBeLessThan(300 * 1024);
  await host.kill('SIGINT');
  const lines = textsOf(await logOf(slug, '--grep', 'e')).filter((text) => !text.startsWith('some text'));
  expect(lines).toEqual(['begins', expect.stringMatching(/^\[… about \d+ MiB left out …\]$/), 'ends']);
}, 240_000);
