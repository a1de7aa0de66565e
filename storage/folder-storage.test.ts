import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { testStorageConformance } from '../test/suites/storage-conformance.ts';
import { FolderStorage } from './folder-storage.ts';
import { newProcessMark } from './folder/process-mark.ts';

const WRITE_AND_STALL = fileURLToPath(new URL('../test/helpers/write-and-stall.ts', import.meta.url));
const SWAP_FOLDER = fileURLToPath(new URL('../test/helpers/swap-folder.mjs', import.meta.url));
const SWAP_ROUNDS = 40;
const READS_A_ROUND = 40;
const EMPTY = { sizeBytes: 0, sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855' };

let root: string;
let storage: FolderStorage;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'crunch-folder-'));
  storage = new FolderStorage(root);
});
afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

testStorageConformance(() => new FolderStorage(root));

test('a folder that is not there is not an empty storage', async () => {
  await rm(root, { recursive: true });
  const absent = new FolderStorage(root);
  const failure = { code: 'storage-unavailable', message: expect.stringContaining(root) };
  await expect(listPaths(absent)).rejects.toMatchObject(failure);
  await expect(absent.stat('a')).rejects.toMatchObject(failure);
  await expect(absent.write('a', Buffer.alloc(0), EMPTY)).rejects.toMatchObject(failure);
});

test('links inside the folder are followed, also in a circle, and those that lead nowhere left out', async () => {
  await mkdir(join(root, 'data'));
  await writeFile(join(root, 'data/a'), 'content');
  await symlink('a', join(root, 'data/link'));
  await symlink('..', join(root, 'data/loop'));
  await symlink('nowhere', join(root, 'data/dangling'));
  expect(await listPaths(storage)).toEqual(['data/a', 'data/link']);
  expect(await storage.stat('data/link')).toMatchObject({ sizeBytes: 7 });
  expect(await storage.stat('data/dangling')).toBeUndefined();
});

test('links that lead out of the folder are refused', async () => {
  await symlink('/etc', join(root, 'out'));
  const refusal = { code: 'storage-refused', message: expect.stringContaining('out') };
  await expect(listPaths(storage)).rejects.toMatchObject(refusal);
  await expect(storage.read('out/hostname')).rejects.toMatchObject(refusal);
  await expect(storage.write('out/crunch-test/a', Buffer.alloc(0), EMPTY)).rejects.toMatchObject(refusal);
  await expect(storage.delete('out/hostname')).rejects.toMatchObject(refusal);
});

test('a folder that somebody swaps for a link out, again and again, leads nowhere else', async () => {
  const outside = await mkdtemp(join(tmpdir(), 'crunch-outside-'));
  await mkdir(join(root, 'data'));
  for (const folder of [join(root, 'data'), outside]) await writeFile(join(folder, 'a'), folder);
  const swapper = spawn(process.execPath, [SWAP_FOLDER, join(root, 'data'), outside], { stdio: 'pipe' });
  try {
    await once(swapper.stdout, 'data');
    const seen = new Set<string>();
    // However seldom the folder is where it was: once it is, its own file is read.
    for (let round = 0; round < SWAP_ROUNDS || seen.size === 0; round += 1) {
      const reads = Array.from({ length: READS_A_ROUND }, () =>
        storage.read('data/a').then(({ stream }) => text(stream)),
      );
      const outcomes = await Promise.allSettled(reads);
      for (const outcome of outcomes) if (outcome.status === 'fulfilled') seen.add(outcome.value);
      await storage.write(`data/new-${round}`, Buffer.alloc(0), EMPTY).catch(() => undefined);
    }
    expect([...seen]).toEqual([join(root, 'data')]);
    expect(await readdir(outside)).toEqual(['a']);
  } finally {
    swapper.kill();
    await once(swapper, 'exit');
    await rm(outside, { recursive: true });
  }
});

test('what is no regular file is no object, and does not block', async () => {
  await promisify(execFile)('mkfifo', [join(root, 'pipe')]);
  expect(await listPaths(storage)).toEqual([]);
  expect(await storage.stat('pipe')).toBeUndefined();
  await expect(storage.read('pipe')).rejects.toMatchObject({ code: 'not-found' });
});

test('a name that is not UTF-8 is refused rather than left out', async () => {
  await writeFile(Buffer.concat([Buffer.from(`${root}/bad-`), Buffer.from([0xff])]), '');
  await expect(listPaths(storage)).rejects.toMatchObject({ code: 'storage-refused' });
});

test('folders in the way are told from conditions that do not hold', async () => {
  await storage.write('a/b', Buffer.alloc(0), EMPTY);
  await expect(storage.write('a', Buffer.alloc(0), { ...EMPTY, ifVersion: null })).rejects.toMatchObject({
    code: 'storage-refused',
  });
  await expect(storage.write('a/b/c', Buffer.alloc(0), EMPTY)).rejects.toMatchObject({ code: 'storage-refused' });
});

test('deleting the last file of a folder removes the folder', async () => {
  await storage.write('a/b/c', Buffer.alloc(0), EMPTY);
  await storage.write('a/d', Buffer.alloc(0), EMPTY);
  await storage.delete('a/b/c');
  expect(await readdir(join(root, 'a'))).toEqual(['d']);
  await storage.delete('a/d');
  expect(await readdir(root)).toEqual(['.crunch-tmp']);
});

test('another version is told after a change by another program', async () => {
  const { version } = await storage.write('a', Buffer.alloc(0), EMPTY);
  await utimes(join(root, 'a'), new Date(), new Date(0));
  await expect(storage.write('a', Buffer.alloc(0), { ...EMPTY, ifVersion: version })).rejects.toMatchObject({
    code: 'precondition-failed',
  });
});

test('the place for unfinished files is no part of the storage', async () => {
  await storage.write('a', Buffer.alloc(0), EMPTY);
  await writeFile(join(root, '.crunch-tmp', newProcessMark()), 'unfinished');
  expect(await listPaths(storage)).toEqual(['a']);
  await expect(storage.stat('.crunch-tmp/a')).rejects.toMatchObject({ code: 'invalid-input' });
});

test('a write that is refused leaves nothing behind', async () => {
  const wrong = storage.write('a', Buffer.from('x'), { ...EMPTY, sizeBytes: 1 });
  await expect(wrong).rejects.toMatchObject({ code: 'storage-corrupt' });
  await storage.write('b', Buffer.alloc(0), EMPTY);
  await expect(storage.write('b', Buffer.alloc(0), { ...EMPTY, ifVersion: null })).rejects.toMatchObject({
    code: 'precondition-failed',
  });
  expect(await readdir(join(root, '.crunch-tmp'))).toEqual(['locks']);
  expect(await readdir(join(root, '.crunch-tmp/locks'))).toEqual([]);
});

test('what a killed writer left is never seen, and is removed by the next one', async () => {
  const writer = spawn(process.execPath, ['--import', 'jiti/register', WRITE_AND_STALL, root]);
  await once(writer.stdout, 'data');
  expect(await readdir(join(root, '.crunch-tmp'))).toHaveLength(2);
  writer.kill('SIGKILL');
  await once(writer, 'exit');
  expect(await listPaths(storage)).toEqual([]);
  await storage.write('b', Buffer.alloc(0), EMPTY);
  expect(await readdir(join(root, '.crunch-tmp'))).toEqual(['locks']);
  expect(await readdir(join(root, '.crunch-tmp/locks'))).toEqual([]);
});

async function listPaths(listed: FolderStorage): Promise<string[]> {
  const paths: string[] = [];
  for await (const { path } of listed.list('')) paths.push(path);
  return paths.toSorted();
}
