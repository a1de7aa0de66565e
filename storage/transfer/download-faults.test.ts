import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, lstat, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import type { TransferBench } from '../../test/helpers/transfer-bench.ts';
import { useFolderBench } from '../../test/helpers/use-transfer-bench.ts';
import type { ObjectEntry } from '../storage.ts';
import { fileStateOf } from './file-state.ts';
import type { TransferProgress } from './transfer-progress.ts';
import { DownloadRecord } from './workspace-record.ts';

const DOWNLOAD_AND_STALL = fileURLToPath(new URL('../../test/helpers/download-and-stall.ts', import.meta.url));

let bench: TransferBench;

useFolderBench((opened) => {
  bench = opened;
});

const local = (path: string) => join(bench.workspace, path);

/** Makes the listing show other entries than there are. */
function bendListing(bend: (entries: ObjectEntry[]) => ObjectEntry[]): void {
  const list = bench.storage.list.bind(bench.storage);
  bench.storage.list = async function* (prefix, options) {
    const entries: ObjectEntry[] = [];
    for await (const entry of list(prefix, options)) entries.push(entry);
    yield* bend(entries);
  };
}

test.each(['../../evil', '/etc/evil', 'a/../../evil', 'nul\0', 'back\\slash', 'a//b', './a', 'dir/'])(
  'a key like %j ends the download before anything is fetched, and is named',
  async (key) => {
    await bench.store({ good: 'good' });
    bendListing((entries) => [...entries, { path: `${bench.basePath}/${key}`, sizeBytes: 1, version: 'v' }]);
    await expect(bench.download()).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining(JSON.stringify(key)),
    });
    await expect(readdir(bench.workspace)).rejects.toMatchObject({ code: 'ENOENT' });
  },
);

test('a file where another path needs a folder is refused with both names', async () => {
  await bench.store({ 'a/b': 'below', c: 'beside' });
  bendListing((entries) => [...entries, { path: `${bench.basePath}/a`, sizeBytes: 1, version: 'v' }]);
  await expect(bench.download()).rejects.toMatchObject({
    code: 'invalid-input',
    message: expect.stringMatching(/"a" and "a\/b"/),
  });
});

test('a listing that names a file twice is not believed', async () => {
  await bench.store({ a: 'one', b: 'two' });
  bendListing((entries) => [...entries, entries[0]!]);
  await expect(bench.download()).rejects.toMatchObject({ code: 'storage-unavailable' });
});

test('a listing that leaves out a known input is not believed', async () => {
  await bench.store({ a: 'one', b: 'two' });
  await bench.download();
  await bench.upload();
  await bench.publish();
  bendListing((entries) => entries.filter((entry) => !entry.path.endsWith('/b')));
  await expect(bench.download()).rejects.toMatchObject({
    code: 'storage-unavailable',
    message: expect.stringContaining('leaves out b'),
  });
});

test('a file that vanishes between listing and reading is looked for again', async () => {
  await bench.store({ a: 'one', b: 'two' });
  const read = bench.storage.read.bind(bench.storage);
  bench.storage.read = async (path, options) => {
    if (path.endsWith('/b')) await bench.storage.delete(path);
    return read(path, options);
  };
  expect(await bench.download()).toMatchObject({ files: 1 });
});

test('a file that people replace while it is downloaded comes whole or not at all', async () => {
  await bench.store({ a: 'one' });
  const read = bench.storage.read.bind(bench.storage);
  let replacements = 0;
  bench.storage.read = async (path, options) => {
    if (replacements < 1 && path.endsWith('/a')) await bench.store({ a: `replaced ${(replacements += 1)}` });
    return read(path, options);
  };
  await bench.download();
  expect(await bench.local()).toEqual({ a: 'replaced 1' });
});

test('an input whose bytes rotted in storage is found out', async () => {
  await bench.store({ 'in.txt': 'input' });
  await bench.download();
  await bench.upload();
  await bench.publish();
  await bench.moveToFreshHost();
  const read = bench.storage.read.bind(bench.storage);
  bench.storage.read = async (path, options) => {
    const content = await read(path, options);
    return path.endsWith('/in.txt') ? { ...content, stream: Readable.from([Buffer.from('inpus')]) } : content;
  };
  await expect(bench.download()).rejects.toMatchObject({
    code: 'storage-corrupt',
    message: expect.stringContaining(`${bench.basePath}/in.txt`),
  });
  expect(await bench.local()).toEqual({});
});

test('a changed input whose original is gone is not replaced by the changed one', async () => {
  await bench.store({ 'in.txt': 'original' });
  await bench.download();
  await bench.put({ 'in.txt': 'changed' });
  await bench.upload();
  await bench.publish();
  await rm(join(bench.storageFolder, bench.basePath, '.crunch/inputs'), { recursive: true });
  await expect(bench.download()).rejects.toMatchObject({ code: 'storage-corrupt' });
});

test('what a run put in the place of an input gives way to the input', async () => {
  await bench.store({ folder: 'one', link: 'two', 'deep/er/file': 'three' });
  await bench.download();
  await bench.put({ elsewhere: 'not an input' });
  await Promise.all([rm(local('folder')), rm(local('link')), rm(local('deep'), { recursive: true })]);
  await bench.put({ 'folder/file': '', deep: '' });
  await symlink('elsewhere', local('link'));
  await bench.download();
  expect(await bench.local()).toEqual({ folder: 'one', link: 'two', [join('deep', 'er', 'file')]: 'three' });
});

test('a download that is killed leaves nothing half, and the next fetches only what is missing', async () => {
  await bench.store({ first: 'one', large: 'x'.repeat(400_000) });
  const { storageFolder, basePath, workspace } = bench;
  const host = spawn(process.execPath, [
    '--import',
    'jiti/register',
    DOWNLOAD_AND_STALL,
    storageFolder,
    basePath,
    workspace,
  ]);
  await once(host.stdout, 'data');
  host.kill('SIGKILL');
  await once(host, 'exit');
  const there = Object.keys(await bench.local());
  expect(there).not.toContain('large');
  expect(await bench.download()).toMatchObject({ files: 2, fetchedFiles: 2 - there.length });
  expect(await readdir(local('.crunch/tmp'))).toEqual([]);
});

test('a transfer that makes no progress ends', async () => {
  await bench.store({ 'in.txt': 'input' });
  const read = bench.storage.read.bind(bench.storage);
  bench.storage.read = async (path, options) => {
    const { info } = await read(path);
    return { info, stream: new Readable({ read: () => undefined, signal: options?.signal }) };
  };
  await expect(bench.download({ stallTimeoutMs: 50 })).rejects.toMatchObject({
    code: 'storage-stalled',
    message: expect.stringContaining('Nothing has moved'),
  });
});

const away = () => new CrunchError('storage-unavailable', 'the store is away');

test('a download waits while storage is away, says so, and goes on where it was', async () => {
  await bench.store({ a: 'one', b: 'two' });
  const read = bench.storage.read.bind(bench.storage);
  const list = bench.storage.list.bind(bench.storage);
  const outage = { lists: 2, reads: 6 };
  bench.storage.read = async (path, options) => {
    if ((outage.reads -= 1) >= 0) throw away();
    return read(path, options);
  };
  bench.storage.list = async function* listBriefly(prefix, options) {
    for await (const entry of list(prefix, options)) {
      yield entry;
      if ((outage.lists -= 1) >= 0) throw away();
    }
  };
  const seen: (Date | undefined)[] = [];
  await bench.download({ onProgress: ({ waitingSince }) => seen.push(waitingSince) });
  expect(await bench.local()).toEqual({ a: 'one', b: 'two' });
  expect(seen).toContainEqual(expect.any(Date));
  expect(seen.at(-1)).toBeUndefined();
});

test('a download from a storage that stays away ends, and tells why', async () => {
  await bench.store({ 'in.txt': 'input' });
  bench.storage.read = async () => {
    throw away();
  };
  await expect(bench.download({ stallTimeoutMs: 300 })).rejects.toMatchObject({
    code: 'storage-stalled',
    message: expect.stringContaining('the store is away'),
  });
});

test('progress ends with everything done', async () => {
  await bench.store({ a: 'one', b: 'four' });
  const seen: TransferProgress[] = [];
  await bench.download({ onProgress: (progress) => seen.push(progress) });
  expect(seen.at(-1)).toEqual({ filesDone: 2, filesTotal: 2, bytesDone: 7, bytesTotal: 7 });
});

test('a record that a crash cut off, or that is no record, costs only time', async () => {
  await bench.store({ a: 'one', b: 'two' });
  await bench.download();
  await appendFile(local('.crunch/inputs.jsonl'), '{"path":"a","rem');
  expect(await bench.download()).toMatchObject({ fetchedFiles: 0 });
  await writeFile(local('.crunch/inputs.jsonl'), 'nonsense');
  expect(await bench.download()).toMatchObject({ fetchedFiles: 2 });
});

test('after a crash of the machine, files are read again before they are believed', async () => {
  await bench.store({ a: 'one', b: 'two' });
  await bench.download();
  await bench.put({ a: 'eno' });
  const state = fileStateOf(await lstat(local('a')));
  const record = local('.crunch/inputs.jsonl');
  const lines = (await readFile(record, 'utf8')).split('\n').filter((line) => line.startsWith('{"path"'));
  const asIfUntouched = lines.map((line) => {
    const file = DownloadRecord.parse(JSON.parse(line));
    return JSON.stringify(file.path === 'a' && file.input ? { ...file, input: { ...file.input, state } } : file);
  });
  await writeFile(record, ['{"machine":"an earlier boot"}', ...asIfUntouched].join('\n'));
  expect(await bench.download()).toMatchObject({ fetchedFiles: 1 });
  expect(await bench.local()).toEqual({ a: 'one', b: 'two' });
});

test('a host that comes back after others does not take its old inputs for the present ones', async () => {
  await bench.store({ 'in.txt': 'old' });
  await bench.download();
  await rename(bench.workspace, `${bench.workspace} of the first host`);
  await bench.store({ 'in.txt': 'new' });
  bench.startRun();
  await bench.download();
  await bench.upload();
  await bench.publish();
  await bench.moveToFreshHost();
  await rename(`${bench.workspace} of the first host`, bench.workspace);
  await bench.download();
  expect(await bench.local()).toEqual({ 'in.txt': 'new' });
});
