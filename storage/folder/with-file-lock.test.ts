import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MACHINE, newProcessMark, processOf } from './process-mark.ts';
import { withFileLock } from './with-file-lock.ts';

let folder: string;
let lockFile: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crunch-lock-'));
  lockFile = join(folder, 'lock');
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

test('one at a time holds the lock', async () => {
  let holders = 0;
  const work = Array.from({ length: 10 }, () =>
    withFileLock(lockFile, async (assertHeld) => {
      holders += 1;
      await assertHeld();
      expect(holders).toBe(1);
      holders -= 1;
    }),
  );
  await Promise.all(work);
  expect(await readdir(folder)).toEqual([]);
});

test('a process is told from another one with its id, and from those of other machines', () => {
  const own = newProcessMark();
  expect(processOf(own)).toBe('alive');
  expect(processOf(own.replace(String(process.pid), '4194999'))).toBe('gone');
  expect(processOf(own.replace(/\.[0-9a-f]{16}\./, '.0000000000000000.'))).toBe('gone');
  expect(processOf(own.replace(MACHINE, '0000000000000000'))).toBe('unknown');
  expect(processOf('')).toBe('unknown');
});

test('the lock of a dead process is taken over at once', async () => {
  await writeFile(lockFile, newProcessMark().replace(String(process.pid), '4194999'));
  expect(await withFileLock(lockFile, async () => 'done', { staleMs: 1e9 })).toBe('done');
});

test.each(['', '0000000000000000.1.0000000000000000.0'])(
  'the lock of a process of which nothing is known (%j) is taken over after a time',
  async (holder) => {
    await writeFile(lockFile, holder);
    expect(await withFileLock(lockFile, async () => 'done', { staleMs: 20 })).toBe('done');
  },
);

test('a live process of this machine keeps its lock however long it takes', async () => {
  await writeFile(lockFile, newProcessMark());
  const controller = new AbortController();
  const waiting = withFileLock(lockFile, async () => 'done', { staleMs: 0, signal: controller.signal });
  controller.abort();
  await expect(waiting).rejects.toMatchObject({ code: 'interrupted' });
});

test('whoever lost the lock learns it, and leaves that of the new holder', async () => {
  const work = withFileLock(lockFile, async (assertHeld) => {
    await writeFile(lockFile, 'another');
    await assertHeld();
  });
  await expect(work).rejects.toMatchObject({ code: 'storage-unavailable' });
  expect(await readdir(folder)).toEqual(['lock']);
});
