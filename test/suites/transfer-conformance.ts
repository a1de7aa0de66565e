import { createHash } from 'node:crypto';
import { rm, stat, symlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import type { Storage } from '../../storage/storage.ts';
import type { TransferBench } from '../helpers/transfer-bench.ts';
import { useTransferBench } from '../helpers/use-transfer-bench.ts';
import { PATH_CORPUS } from './path-corpus.ts';

/** Names of the corpus that can lie side by side in a folder. */
const STORABLE_PATHS = PATH_CORPUS.filter((path) => path !== 'a');

/** What transfers do over every storage. */
export function testTransfers(open: () => Storage): void {
  let storage: Storage;
  let bench: TransferBench;

  useTransferBench(open, (opened) => {
    bench = opened;
    storage = opened.storage;
  });

  test('a run takes the inputs, sends what it made, and is published', async () => {
    await bench.store({ 'in.txt': 'input', 'sub/in 2.txt': '' });
    expect(await bench.download()).toEqual({ files: 2, sizeBytes: 5, fetchedFiles: 2, fetchedBytes: 5 });
    await bench.put({ 'out/result.txt': 'result', '.crunch/logs/workflow.log': 'a line' });
    const uploaded = await bench.upload();
    expect(uploaded).toMatchObject({ uploadedFiles: 1, uploadedBytes: 6, warnings: [] });
    expect(uploaded.manifestPath).toBe('.crunch/manifests/run-1-1.json');

    const manifest = await bench.publish();
    expect(manifest).toMatchObject({ runId: 'run-1', leaseNumber: 1, verified: true, deleted: [], outdated: [] });
    expect(manifest.files).toMatchObject([
      { path: 'in.txt', origin: 'input', sizeBytes: 5, sha256: sha256('input') },
      { path: 'out/result.txt', origin: 'result', sizeBytes: 6, sha256: sha256('result') },
      { path: 'sub/in 2.txt', origin: 'input', sizeBytes: 0, sha256: sha256('') },
    ]);
    expect(await bench.stored()).toEqual({ 'in.txt': 'input', 'sub/in 2.txt': '', 'out/result.txt': 'result' });
    expect(await storage.stat(`${bench.basePath}/.crunch/logs/workflow.log`)).toMatchObject({ sizeBytes: 6 });
  });

  test('a dataset without files runs too', async () => {
    expect(await bench.download()).toMatchObject({ files: 0 });
    await bench.upload();
    expect(await bench.publish()).toMatchObject({ files: [] });
  });

  test('every name of the corpus comes down and goes up', async () => {
    await bench.store(Object.fromEntries(STORABLE_PATHS.map((path) => [path, `input ${path}`])));
    await bench.download();
    await bench.put(Object.fromEntries(STORABLE_PATHS.map((path) => [`out/${path}`, `result ${path}`])));
    await bench.upload();
    const { files } = await bench.publish();
    expect(files).toHaveLength(2 * STORABLE_PATHS.length);
    const stored = await bench.stored();
    for (const path of STORABLE_PATHS) {
      expect(stored[path]).toBe(`input ${path}`);
      expect(stored[`out/${path}`]).toBe(`result ${path}`);
    }
  });

  test('a second run begins with the original inputs only', async () => {
    await bench.store({ 'in.txt': 'original', 'other.txt': 'other' });
    await bench.download();
    await bench.put({ 'in.txt': 'changed', 'out.txt': 'first result', 'once.txt': 'only the first run makes it' });
    await bench.upload();
    const first = await bench.publish();
    expect(first.files.find((file) => file.path === 'in.txt')).toMatchObject({
      origin: 'changed',
      sha256: sha256('changed'),
      originalSha256: sha256('original'),
    });
    expect((await bench.stored())['in.txt']).toBe('changed');

    for (const host of ['the same host', 'another host']) {
      if (host === 'another host') await bench.moveToFreshHost();
      bench.startRun();
      await bench.download();
      expect(await bench.local()).toEqual({ 'in.txt': 'original', 'other.txt': 'other' });
      await bench.put({ 'in.txt': 'changed', 'out.txt': `result on ${host}` });
      expect(await bench.upload()).toMatchObject({ uploadedFiles: 1 });
      expect((await bench.publish()).outdated).toEqual(['once.txt']);
      expect((await bench.stored())['out.txt']).toBe(`result on ${host}`);
    }
  });

  test('an input that a run leaves alone after an earlier one changed it is put back', async () => {
    await bench.store({ 'in.txt': 'original' });
    await bench.download();
    await bench.put({ 'in.txt': 'changed' });
    await bench.upload();
    await bench.publish();
    bench.startRun();
    await bench.download();
    await bench.upload();
    expect((await bench.publish()).files).toMatchObject([{ path: 'in.txt', origin: 'input' }]);
    expect(await bench.stored()).toEqual({ 'in.txt': 'original' });
  });

  test('an input that people replaced is the new original', async () => {
    await bench.store({ 'in.txt': 'original' });
    await bench.download();
    await bench.put({ 'in.txt': 'changed!' });
    await bench.upload();
    await bench.publish();
    await bench.store({ 'in.txt': 'replaced' });
    bench.startRun();
    await bench.download();
    expect(await bench.local()).toEqual({ 'in.txt': 'replaced' });
  });

  test('a second download on the same host fetches only what changed', async () => {
    await bench.store({ a: 'one', b: 'two', c: 'three', d: 'four' });
    await bench.download();
    await bench.store({ b: 'TWO' });
    await bench.put({ c: 'THREE', stray: 'left by a run' });
    await utimes(join(bench.workspace, 'd'), new Date(0), new Date(0));
    expect(await bench.download()).toMatchObject({ files: 4, fetchedFiles: 2 });
    expect(await bench.local()).toEqual({ a: 'one', b: 'TWO', c: 'three', d: 'four' });
  });

  test('inputs that the workflow removed stay in storage, and the manifest says so', async () => {
    await bench.store({ a: 'one', b: 'two' });
    await bench.download();
    await rm(join(bench.workspace, 'a'));
    await bench.upload();
    expect(await bench.publish()).toMatchObject({ deleted: ['a'], files: [{ path: 'a' }, { path: 'b' }] });
    expect(await bench.stored()).toEqual({ a: 'one', b: 'two' });
    bench.startRun();
    expect(await bench.download()).toMatchObject({ files: 2 });
  });

  test('results of an upload that was interrupted are not inputs of the next run', async () => {
    await bench.store({ 'in.txt': 'original' });
    await bench.download();
    await bench.put({ 'in.txt': 'changed', 'out-1.txt': 'one', 'out-2.txt': 'two' });
    await expect(bench.upload({ concurrency: 1, mayPublish: allowCalls(4) })).rejects.toMatchObject({
      code: 'lease-lost',
    });
    expect(Object.keys(await bench.stored()).length).toBeGreaterThan(1);

    await bench.moveToFreshHost();
    bench.startRun();
    await bench.download();
    expect(await bench.local()).toEqual({ 'in.txt': 'original' });
    await bench.put({ 'in.txt': 'changed', 'out-1.txt': 'one', 'out-2.txt': 'two' });
    await bench.upload();
    await bench.publish();
    expect(await bench.stored()).toEqual({ 'in.txt': 'changed', 'out-1.txt': 'one', 'out-2.txt': 'two' });
  });

  test('an interrupted upload goes on where it ended', async () => {
    await bench.store({ 'in.txt': 'original' });
    await bench.download();
    const made = { 'in.txt': 'changed', 'out-1.txt': 'one', 'out-2.txt': 'two' };
    await bench.put(made);
    await expect(bench.upload({ concurrency: 1, mayPublish: allowCalls(4) })).rejects.toMatchObject({
      code: 'lease-lost',
    });
    // As if the record of what was sent had not reached the disk.
    await rm(join(bench.workspace, '.crunch/uploads.jsonl'));
    await bench.upload();
    expect(await bench.upload()).toMatchObject({ uploadedFiles: 0 });
    expect((await bench.publish()).files).toHaveLength(3);
    expect(await bench.stored()).toEqual(made);
  });

  test('results made anew on the same host replace those that an earlier lease sent', async () => {
    await bench.download();
    await bench.put({ 'out.txt': 'first' });
    await bench.upload();
    bench.startRun();
    await bench.put({ 'out.txt': 'second' });
    expect(await bench.upload()).toMatchObject({ uploadedFiles: 1 });
    await bench.publish();
    expect(await bench.stored()).toEqual({ 'out.txt': 'second' });
  });

  test('without a download, a workspace is compared with what lies in storage', async () => {
    await bench.store({ 'in.txt': 'original', 'elsewhere.txt': 'not on this host' });
    await bench.put({ 'in.txt': 'original', 'out.txt': 'result' });
    expect(await bench.upload()).toMatchObject({ uploadedFiles: 1 });
    const { files, deleted } = await bench.publish();
    expect(files).toMatchObject([
      { path: 'in.txt', origin: 'input' },
      { path: 'out.txt', origin: 'result' },
    ]);
    expect(deleted).toEqual([]);
  });

  test.each(['new', 'changed'])(
    'nothing is written over what somebody else wrote meanwhile (%s file)',
    async (kind) => {
      if (kind === 'changed') await bench.store({ 'file.txt': 'original' });
      await bench.download();
      await bench.put({ 'file.txt': 'mine' });
      await bench.store({ 'file.txt': 'theirs' });
      await expect(bench.upload()).rejects.toMatchObject({ code: 'precondition-failed' });
      expect(await bench.stored()).toEqual({ 'file.txt': 'theirs' });
    },
  );

  test('nothing is written once the lease is lost', async () => {
    await bench.download();
    await bench.put({ 'out.txt': 'result', '.crunch/logs/a.log': 'line' });
    await expect(bench.upload({ mayPublish: allowCalls(0) })).rejects.toMatchObject({ code: 'lease-lost' });
    for await (const entry of storage.list(bench.basePath)) throw new Error(`${entry.path} was written`);
  });

  test('links inside the workspace are followed, others are refused before anything is sent', async () => {
    await bench.download();
    await bench.put({ 'data/real.txt': 'real' });
    await symlink('real.txt', join(bench.workspace, 'data/link.txt'));
    await symlink('data', join(bench.workspace, 'folder'));
    await symlink('..', join(bench.workspace, 'data/loop'));
    await symlink('nowhere', join(bench.workspace, 'dangling'));
    const { warnings } = await bench.upload();
    expect(warnings.toSorted()).toEqual([
      'dangling is a symbolic link that leads nowhere',
      'data/loop leads back to a folder above it',
      'folder/loop leads back to a folder above it',
    ]);
    expect(Object.keys(await bench.stored()).toSorted()).toEqual([
      'data/link.txt',
      'data/real.txt',
      'folder/link.txt',
      'folder/real.txt',
    ]);
    await symlink('/etc/hostname', join(bench.workspace, 'out'));
    await expect(bench.upload()).rejects.toMatchObject({
      code: 'stage-failed',
      message: expect.stringContaining('the symbolic link out leads out'),
    });
  });

  test('a download leaves through no link that a run has left', async () => {
    await bench.store({ 'sub/in.txt': 'input' });
    await bench.download();
    const outside = join(bench.folder, 'outside');
    await rm(join(bench.workspace, 'sub'), { recursive: true });
    await bench.put({ '../outside/keep.txt': 'kept' });
    await symlink(outside, join(bench.workspace, 'sub'));
    await bench.download();
    expect(await bench.local()).toEqual({ 'sub/in.txt': 'input' });
    await expect(stat(join(outside, 'in.txt'))).rejects.toMatchObject({ code: 'ENOENT' });
    await stat(join(outside, 'keep.txt'));
  });

  test('an interrupted download stops, and the next goes on', async () => {
    await bench.store({ a: 'one', b: 'two', c: 'three' });
    const controller = new AbortController();
    const download = bench.download({ signal: controller.signal });
    controller.abort();
    await expect(download).rejects.toMatchObject({ code: 'interrupted' });
    await bench.download();
    expect(await bench.local()).toEqual({ a: 'one', b: 'two', c: 'three' });
  });
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** A lease that is lost after so many writes. */
function allowCalls(count: number): () => void {
  let left = count;
  return () => {
    left -= 1;
    if (left < 0) throw new CrunchError('lease-lost', 'The lease was lost.');
  };
}
