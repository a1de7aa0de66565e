import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFile,
  lstat,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  unlink,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { TransferBench } from '../../test/helpers/transfer-bench.ts';
import { FolderStorage } from '../folder-storage.ts';
import type { ObjectEntry } from '../storage.ts';
import { fileStateOf } from './file-state.ts';
import type { TransferProgress } from './transfer-progress.ts';
import { DownloadRecord } from './workspace-record.ts';

const DOWNLOAD_AND_STALL = fileURLToPath(new URL('../../test/helpers/download-and-stall.ts', import.meta.url));

let root: string;
let storage: FolderStorage;
let bench: TransferBench;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'crunch-folder-'));
  storage = new FolderStorage(root);
  bench = await TransferBench.open(storage);
});
afterEach(async () => {
  await bench.close();
  await rm(root, { recursive: true });
});

const local = (path: string) => join(bench.workspace, path);

/** Makes the listing show other entries than there are. */
function bendListing(bend: (entries: ObjectEntry[]) => ObjectEntry[]): void {
  const list = storage.list.bind(storage);
  storage.list = async function* (prefix, options) {
    const entries: ObjectEntry[] = [];
    for await (const entry of list(prefix, options)) entries.push(entry);
    yield* bend(entries);
  };
}

/** Does something to the file `out.txt` of the workspace right before each time that it is sent. */
function beforeSending(disturb: (sending: number) => Promise<void>): void {
  const write = storage.write.bind(storage);
  let sendings = 0;
  storage.write = async (path, body, options) => {
    if (path.endsWith('/out.txt')) await disturb((sendings += 1));
    return write(path, body, options);
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
  const read = storage.read.bind(storage);
  storage.read = async (path, options) => {
    if (path.endsWith('/b')) await storage.delete(path);
    return read(path, options);
  };
  expect(await bench.download()).toMatchObject({ files: 1 });
});

test('a file that people replace while it is downloaded comes whole or not at all', async () => {
  await bench.store({ a: 'one' });
  const read = storage.read.bind(storage);
  let replacements = 0;
  storage.read = async (path, options) => {
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
  const read = storage.read.bind(storage);
  storage.read = async (path, options) => {
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
  await rm(join(root, bench.basePath, '.crunch/inputs'), { recursive: true });
  await expect(bench.download()).rejects.toMatchObject({ code: 'storage-corrupt' });
});

test('nothing but the original is ever kept as the original', async () => {
  await bench.store({ 'in.txt': 'original' });
  await bench.download();
  await bench.put({ 'in.txt': 'changed' });
  await bench.upload();
  await bench.publish();
  bench.startRun();
  await bench.download();
  await rm(join(root, bench.basePath, '.crunch/inputs'), { recursive: true });
  await bench.put({ 'in.txt': 'changed otherwise' });
  await bench.upload();
  expect(await readdir(join(root, bench.basePath, '.crunch'))).not.toContain('inputs');
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
  const { basePath, workspace } = bench;
  const host = spawn(process.execPath, ['--import', 'jiti/register', DOWNLOAD_AND_STALL, root, basePath, workspace]);
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
  const read = storage.read.bind(storage);
  storage.read = async (path, options) => {
    const { info } = await read(path);
    return { info, stream: new Readable({ read: () => undefined, signal: options?.signal }) };
  };
  await expect(bench.download({ stallTimeoutMs: 50 })).rejects.toMatchObject({
    code: 'storage-unavailable',
    message: expect.stringContaining('Nothing has moved'),
  });
});

test('progress ends with everything done', async () => {
  await bench.store({ a: 'one', b: 'four' });
  const seen: TransferProgress[] = [];
  await bench.download({ onProgress: (progress) => seen.push(progress) });
  expect(seen.at(-1)).toEqual({ filesDone: 2, filesTotal: 2, bytesDone: 7, bytesTotal: 7 });
});

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
