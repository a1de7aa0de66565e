import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, readdir, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import type { TransferBench } from '../../test/helpers/transfer-bench.ts';
import { useFolderBench } from '../../test/helpers/use-transfer-bench.ts';
import type { TransferProgress } from './transfer-progress.ts';

let bench: TransferBench;

useFolderBench((opened) => {
  bench = opened;
});

const local = (path: string) => join(bench.workspace, path);

/** Does something to the file `out.txt` of the workspace right before each time that it is sent. */
function beforeSending(disturb: (sending: number) => Promise<void>): void {
  const write = bench.storage.write.bind(bench.storage);
  let sendings = 0;
  bench.storage.write = async (path, body, options) => {
    if (path.endsWith('/out.txt')) await disturb((sendings += 1));
    return write(path, body, options);
  };
}

test.each([
  ['grows', () => appendFile(local('out.txt'), ' and more'), 'result and more'],
  ['is rewritten', () => writeFile(local('out.txt'), 'RESULT'), 'RESULT'],
  ['shrinks', () => writeFile(local('out.txt'), 're'), 're'],
])('a result that %s while it is sent is sent again as it is then', async (_, change, content) => {
  await bench.download();
  await bench.put({ 'out.txt': 'result' });
  beforeSending(async (sending) => void (sending === 1 && (await change())));
  await bench.upload();
  await bench.publish();
  expect(await bench.stored()).toEqual({ 'out.txt': content });
});

test('a result that keeps changing, or goes, fails the stage', async () => {
  await bench.download();
  await bench.put({ 'out.txt': 'result' });
  beforeSending((sending) => appendFile(local('out.txt'), String(sending)));
  const failure = { code: 'stage-failed', message: expect.stringContaining('out.txt is still being changed') };
  await expect(bench.upload()).rejects.toMatchObject(failure);
  beforeSending(() => unlink(local('out.txt')));
  await expect(bench.upload()).rejects.toMatchObject({ message: expect.stringContaining('out.txt') });
});

test('FIFOs and sockets are left out with a warning and never waited for', async () => {
  await bench.download();
  await promisify(execFile)('mkfifo', [local('pipe')]);
  const server = createServer().listen(local('socket'));
  await once(server, 'listening');
  await symlink('pipe', local('link'));
  const { warnings, manifest } = await bench.upload();
  server.close();
  expect(manifest.files).toEqual([]);
  expect(warnings.toSorted()).toEqual(['link', 'pipe', 'socket'].map((name) => `${name} is no regular file`));
});

test('names that storage can’t keep are all named, and nothing is sent', async () => {
  await bench.download();
  await bench.put({ 'good.txt': 'good', 'back\\slash': '', 'worse\\name': '' });
  await writeFile(Buffer.concat([Buffer.from(`${bench.workspace}/latin-`), Buffer.from([0xe9])]), '');
  const refusal: unknown = await bench.upload().catch((error: unknown) => error);
  expect(refusal).toMatchObject({ code: 'stage-failed' });
  for (const name of ['back', 'worse', 'latin-']) expect(String(refusal)).toContain(name);
  expect(await bench.stored()).toEqual({});
});

test('what engines keep for themselves and what Crunch keeps is no result', async () => {
  await bench.download();
  await bench.put({ '.snakemake/log/a': 'log', '.crunch/dataset.json': '{}', 'sub/.snakemake/b': 'result' });
  await symlink('.crunch/dataset.json', local('link'));
  const { warnings } = await bench.upload();
  expect(await bench.stored()).toEqual({ 'sub/.snakemake/b': 'result' });
  expect(warnings).toEqual(['link leads into a folder that is not uploaded']);
});

test('nothing but the original is ever kept as the original', async () => {
  await bench.store({ 'in.txt': 'original' });
  await bench.download();
  await bench.put({ 'in.txt': 'changed' });
  await bench.upload();
  await bench.publish();
  bench.startRun();
  await bench.download();
  await rm(join(bench.storageFolder, bench.basePath, '.crunch/inputs'), { recursive: true });
  await bench.put({ 'in.txt': 'changed otherwise' });
  await bench.upload();
  expect(await readdir(join(bench.storageFolder, bench.basePath, '.crunch'))).not.toContain('inputs');
});

test('an upload waits while storage is away, and counts each byte once', async () => {
  await bench.download();
  await bench.put({ 'out.txt': 'result', 'more.txt': 'and more' });
  const write = bench.storage.write.bind(bench.storage);
  let outage = 5;
  bench.storage.write = async (path, body, options) => {
    if ((outage -= 1) < 0) return write(path, body, options);
    // The store takes all of it, and then it is away.
    if (typeof body === 'function') await buffer(body());
    throw new CrunchError('storage-unavailable', 'the store is away');
  };
  const seen: TransferProgress[] = [];
  await bench.upload({ onProgress: (progress) => seen.push(progress) });
  await bench.publish();
  expect(await bench.stored()).toEqual({ 'out.txt': 'result', 'more.txt': 'and more' });
  expect(seen.some(({ waitingSince }) => waitingSince !== undefined)).toBe(true);
  expect(seen.at(-1)).toEqual({ filesDone: 2, filesTotal: 2, bytesDone: 14, bytesTotal: 14 });
});
