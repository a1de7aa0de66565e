import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { endLeftProcess, rememberProcess } from './left-process.ts';

let folder: string;
let file: string;
let child: ChildProcess;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'crunch-left-process-'));
  file = path.join(folder, 'pid');
  child = spawn('sleep', ['1000']);
  await once(child, 'spawn');
  await rememberProcess(file, child.pid!);
});

afterEach(async () => {
  child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

test('a process that was left running is ended', async () => {
  await endLeftProcess(file);
  expect(child.signalCode ?? (await once(child, 'exit'))[1]).toBe('SIGTERM');
  expect(existsSync(file)).toBe(false);
});

test('another process that has the number by now is left alone', async () => {
  const remembered = JSON.parse(await readFile(file, 'utf8'));
  await writeFile(file, JSON.stringify({ ...remembered, identity: 'an earlier one' }));
  await endLeftProcess(file);
  expect(child.kill(0)).toBe(true);
  expect(child.signalCode).toBeNull();
});

test.each(['', '{"pid": -1}', 'half a fi'])('a file that says nothing (%j) ends nothing', async (content) => {
  await writeFile(file, content);
  await endLeftProcess(file);
  expect(child.signalCode).toBeNull();
});
