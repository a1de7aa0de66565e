import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describeExit } from './describe-exit.ts';

import { identifyProcess } from './process-identity.ts';
import { runProcess, type ProcessOptions } from './run-process.ts';
import { Secrets } from './secrets.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crunch-run-process-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

function run(argv: ProcessOptions['argv'], options: Partial<ProcessOptions> = {}) {
  return runProcess({
    argv,
    cwd: folder,
    logFile: join(folder, 'log'),
    signal: new AbortController().signal,
    killGraceMs: 5_000,
    runId: 'run-1',
    ...options,
  });
}

function runShell(script: string, options: Partial<ProcessOptions> = {}) {
  return run(['/bin/sh', '-c', script, 'script'], options);
}

/** Resolves with the content of a file as soon as it has some. */
async function fileContent(name: string): Promise<string> {
  const path = join(folder, name);
  const limit = AbortSignal.timeout(20_000);
  while (!limit.aborted && (!existsSync(path) || (await stat(path)).size === 0)) await delay(10);
  return (await readFile(path, 'utf8')).trim();
}

function isAlive(pid: string): boolean {
  return identifyProcess(Number(pid)) !== undefined;
}

test('the exit code, the arguments and the order of the output are what the program made them', async () => {
  const result = await run([
    '/bin/sh',
    '-c',
    'echo one; echo "two $1" >&2; echo three > /dev/stderr; exit 3',
    'script',
    '$(id); "x"',
  ]);
  expect(result).toEqual({ exitCode: 3, signal: null, endedBy: 'itself', tail: 'one\ntwo $(id); "x"\nthree' });
  expect(await readFile(join(folder, 'log'), 'utf8')).toBe('one\ntwo $(id); "x"\nthree\n');
});

test('the program sees the run and harmless variables, no secret, and nothing on its stdin', async () => {
  const secrets = ['CRUNCH_TOKEN', 'AWS_SECRET_ACCESS_KEY', 'TEMPORAL_API_KEY', 'DATABASE_URL', 'CRUNCH_DATABASE_URL'];
  for (const name of secrets) process.env[name] = 'canary';
  try {
    const { tail } = await runShell('env; cat; echo end', { env: { CRUNCH_CORES: '2' } });
    expect(tail).toMatch(/^CRUNCH_RUN=run-1$/m);
    expect(tail).toMatch(/^CRUNCH_CORES=2$/m);
    expect(tail).toMatch(/^PATH=/m);
    expect(tail).not.toContain('canary');
    expect(tail).toMatch(/end$/);
  } finally {
    for (const name of secrets) delete process.env[name];
  }
});

test('an abort sends SIGTERM, which the program may use to tidy up', async () => {
  const stop = new AbortController();
  const result = runShell('trap "echo tidied; exit 7" TERM; echo $$ > pid; while :; do sleep 0.05; done', {
    signal: stop.signal,
  });
  await fileContent('pid');
  stop.abort();
  expect(await result).toMatchObject({ exitCode: 7, endedBy: 'abort', tail: expect.stringMatching(/tidied$/) });
});

test('a group that ignores SIGTERM is killed after the grace', async () => {
  const stop = new AbortController();
  const result = runShell('trap "" TERM; sleep 100 & echo $! > pid; wait', { signal: stop.signal, killGraceMs: 100 });
  const pid = await fileContent('pid');
  stop.abort();
  expect(await result).toMatchObject({ signal: 'SIGKILL', endedBy: 'abort' });
  expect(isAlive(pid)).toBe(false);
});

test('a fence kills at once, whatever the grace', async () => {
  const kill = new AbortController();
  const result = runShell('trap "echo tidied; exit 0" TERM; echo $$ > pid; while :; do sleep 0.05; done', {
    killSignal: kill.signal,
    killGraceMs: 3_600_000,
  });
  await fileContent('pid');
  kill.abort();
  expect(await result).toEqual({ exitCode: null, signal: 'SIGKILL', endedBy: 'abort', tail: '' });
});

test('a kill is heeded also while the grace of a milder request runs', async () => {
  const [stop, kill] = [new AbortController(), new AbortController()];
  const result = runShell('trap "echo asked > asked" TERM; echo $$ > pid; while :; do sleep 0.05; done', {
    signal: stop.signal,
    killSignal: kill.signal,
    killGraceMs: 3_600_000,
  });
  await fileContent('pid');
  stop.abort();
  await fileContent('asked');
  kill.abort();
  expect(await result).toMatchObject({ signal: 'SIGKILL', endedBy: 'abort' });
});

test('a program is not started after an abort', async () => {
  expect(await runShell('echo x > started', { signal: AbortSignal.abort() })).toMatchObject({ endedBy: 'abort' });
  expect(existsSync(join(folder, 'started'))).toBe(false);
});

test('a program that takes too long is ended', async () => {
  expect(await runShell('sleep 100', { timeoutMs: 50 })).toMatchObject({ signal: 'SIGTERM', endedBy: 'timeout' });
});

test('what a program leaves behind in its group ends with it', async () => {
  const result = await runShell('trap "" TERM; sleep 100 & echo $!');
  expect(result.exitCode).toBe(0);
  expect(isAlive(result.tail)).toBe(false);
});

const onLinux = process.platform === 'linux' ? test : test.skip;

onLinux('daemons that left the group end with the program', async () => {
  const daemon = 'trap "" TERM HUP; sleep 100 & echo $! > pid; wait';
  const result = await run([
    ...(['/bin/sh', '-c', '(setsid sh -c "$1" &); while [ ! -s pid ]; do sleep 0.02; done'] as const),
    'script',
    daemon,
  ]);
  expect(result.exitCode).toBe(0);
  expect(isAlive(await fileContent('pid'))).toBe(false);
});

test('a program does not outlive a host that is killed', async () => {
  const daemon = onLinux === test ? '(setsid sh -c "echo \\$\\$ > daemon; exec sleep 100" &);' : 'echo 0 > daemon;';
  const script = `${daemon} trap "" TERM; echo $$ > pid; while :; do sleep 0.05; done`;
  const options = {
    argv: ['/bin/sh', '-c', script],
    cwd: folder,
    logFile: join(folder, 'log'),
    killGraceMs: 1,
    runId: 'r',
  };
  const code = `
    import { createJiti } from 'jiti';
    const { runProcess } = await createJiti(process.cwd()).import(${JSON.stringify(import.meta.resolve('./run-process.ts'))});
    await runProcess({ ...${JSON.stringify(options)}, signal: new AbortController().signal });`;
  const host = spawn(process.execPath, ['--input-type=module', '--eval', code], { stdio: ['ignore', 2, 2] });
  const pids = [await fileContent('pid'), await fileContent('daemon')].filter((pid) => pid !== '0');
  expect(pids.every(isAlive)).toBe(true);
  host.kill('SIGKILL');
  while (pids.some(isAlive)) await delay(20);
});

test('another process of the same run is left alone', async () => {
  const stop = new AbortController();
  const other = runShell('echo $$ > pid; exec sleep 100', { signal: stop.signal, logFile: join(folder, 'other') });
  const pid = await fileContent('pid');
  await runShell('exit 0');
  expect(isAlive(pid)).toBe(true);
  stop.abort();
  await other;
});

test('faults of starting a program name it and say what to do', async () => {
  await writeFile(join(folder, 'plain'), 'text');
  await expect(run(['no-such-program'])).rejects.toMatchObject({
    code: 'missing-tool',
    message: expect.stringMatching(/no-such-program/),
  });
  await expect(run(['./plain'])).rejects.toMatchObject({
    code: 'invalid-input',
    message: expect.stringMatching(/chmod/),
  });
  await expect(run(['true'], { cwd: join(folder, 'gone') })).rejects.toMatchObject({ code: 'host-cannot' });
});

test('memory holds little of a line without end', async () => {
  const before = process.memoryUsage().rss;
  const result = await runShell('head -c 200000000 /dev/zero; echo; echo last');
  expect(result.tail).toBe('\nlast');
  expect((await stat(join(folder, 'log'))).size).toBeLessThan(65 * 1024 ** 2);
  expect(process.memoryUsage().rss - before).toBeLessThan(150e6);
});

test('a secret is shown nowhere, also when it comes in parts', async () => {
  const secrets = new Secrets();
  secrets.add('crn_host_0123456789');
  const lines: string[] = [];
  const script = 'printf crn_host_; sleep 0.2; echo 0123456789; printf "and crn_host_"';
  const onLines = async (more: string[]) => void lines.push(...more);
  const result = await runShell(script, { secrets, onLines });
  const shown = '[hidden]\nand crn_host_';
  expect([result.tail, lines.join('\n'), await fileContent('log')]).toEqual([shown, shown, shown]);
});

test('a program waits for who takes its lines, which are short', async () => {
  let taken = 0;
  let longest = 0;
  const onLines = async (lines: string[]) => {
    await new Promise(setImmediate);
    taken += lines.length;
    longest = Math.max(longest, ...lines.map((line) => line.length));
  };
  await runShell('seq 100000; head -c 5000 /dev/urandom; echo; head -c 10000000 /dev/zero | tr "\\0" x', { onLines });
  expect(taken).toBeGreaterThan(100_000);
  expect(longest).toBeLessThanOrEqual(2_000);
});

test('a log that can not be written ends the program', async () => {
  await expect(runShell('while :; do echo x; done', { logFile: '/dev/full' })).rejects.toMatchObject({
    code: 'host-disk-full',
  });
});

test.each([
  [{ exitCode: 3, signal: null, endedBy: 'itself' }, 'exited with code 3'],
  [{ exitCode: null, signal: 'SIGKILL', endedBy: 'itself' }, 'killed by signal 9 (SIGKILL), perhaps out of memory'],
  [{ exitCode: 137, signal: null, endedBy: 'itself' }, /code 137 .*SIGKILL.*memory/],
  [{ exitCode: null, signal: 'SIGTERM', endedBy: 'timeout' }, /time was over/],
] as const)('%j is told in words', (result, words) => {
  expect(describeExit(result)).toMatch(words);
});
