import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { lockFolder } from './lock-folder.ts';

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'crunch-lock-'));
  file = path.join(folder, '.crunch-lock');
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Another process that holds the folder until it is killed. */
async function startHolder() {
  const code = `
    import { createJiti } from 'jiti';
    const { lockFolder } = await createJiti(process.cwd()).import(${JSON.stringify(import.meta.resolve('./lock-folder.ts'))});
    await lockFolder(${JSON.stringify(folder)});
    console.log('held');
    process.stdin.resume();`;
  const holder = spawn(process.execPath, ['--input-type=module', '--eval', code], { stdio: ['pipe', 'pipe', 2] });
  await once(holder.stdout!, 'data');
  return holder;
}

/** Makes the holder one of another machine. */
async function moveHolder(): Promise<void> {
  const holder = JSON.parse(await readFile(file, 'utf8'));
  await writeFile(file, JSON.stringify({ ...holder, machine: 'another', hostname: 'node-7' }));
}

test('of many at once exactly one gets the folder, and after it another one', async () => {
  const attempts = await Promise.allSettled(Array.from({ length: 20 }, () => lockFolder(folder)));
  const locks = attempts.flatMap((attempt) => (attempt.status === 'fulfilled' ? [attempt.value] : []));
  expect(locks).toHaveLength(1);
  await locks[0]!.release();
  expect(await readdir(folder)).toEqual([]);
  await (await lockFolder(folder)).release();
});

test('a holder is named while it lives, and followed at once when it was killed', async () => {
  const holder = await startHolder();
  await expect(lockFolder(folder)).rejects.toMatchObject({
    code: 'already-running',
    message: expect.stringContaining(`process ${holder.pid}`),
  });
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  await (await lockFolder(folder)).release();
});

test('a holder on another machine counts until it has been silent', async () => {
  await lockFolder(folder);
  await moveHolder();
  await expect(lockFolder(folder)).rejects.toMatchObject({ message: expect.stringContaining('node-7') });
  const longAgo = new Date(Date.now() - 60_000);
  await utimes(file, longAgo, longAgo);
  await (await lockFolder(folder)).release();
});

test('a folder that is not there can not be locked', async () => {
  await expect(lockFolder(path.join(folder, 'none'))).rejects.toMatchObject({ code: 'invalid-input' });
});
