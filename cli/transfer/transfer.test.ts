import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { captureCrunch } from '../../test/helpers/capture-crunch.ts';

/** As much of the API as transfers need: the files of one dataset, in memory. */
const stored = new Map<string, Buffer>();
const puts: string[] = [];
const actions: string[] = [];
/** Bytes that go out instead of a file's own, once each. */
const corrupt = new Map<string, Buffer[]>();

let server: Server;
let folder: string;
let env: NodeJS.ProcessEnv;

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

function listFiles(): unknown {
  const items = [...stored].map(([path, bytes]) => ({
    path,
    size: bytes.length,
    sha256: sha256(bytes),
    origin: 'input',
  }));
  return { items, next: null };
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '', 'http://x');
  const path = url.pathname.split('/files/')[1]?.split('/').map(decodeURIComponent).join('/');
  const body = await buffer(request);
  if (path === undefined) {
    if (request.method === 'POST') actions.push(url.pathname.replace('/api/v1', ''));
    const made = { slug: 'p:d', items: ['p:d'], refused: [] };
    response.end(JSON.stringify(request.method === 'POST' ? made : listFiles()));
  } else if (request.method === 'PUT') {
    puts.push(path);
    if (sha256(body) !== url.searchParams.get('sha256')) return void response.writeHead(400).end();
    stored.set(path, body);
    response.writeHead(201).end(JSON.stringify({ path }));
  } else {
    response.end(corrupt.get(path)?.shift() ?? stored.get(path));
  }
}

beforeAll(async () => {
  server = createServer((request, response) => void answer(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  env = { CRUNCH_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, CRUNCH_TOKEN: 'crn_test' };
});

afterAll(() => server.close());

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crunch-transfer-'));
  for (const record of [stored, corrupt]) record.clear();
  puts.length = 0;
  actions.length = 0;
});

afterEach(() => rm(folder, { recursive: true }));

async function writeFiles(files: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

const NAMES = ['a b.txt', 'ünï/“q”.txt', '-rf', 'deep/er/100%.txt', '.hidden', 'empty'];

test('what is uploaded is what is downloaded, whatever the names', async () => {
  await writeFiles(Object.fromEntries(NAMES.map((name) => [name, name === 'empty' ? '' : name.repeat(9999)])));
  expect(await captureCrunch(['upload', 'p:d', folder], env)).toMatchObject({ exitCode: 0 });
  expect([...stored.keys()].sort()).toEqual([...NAMES].sort());
  const to = join(folder, 'back');
  const { exitCode, stdout } = await captureCrunch(['download', 'p:d', '--to', to, '--json'], env);
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ dataset: 'p:d', folder: to, files: NAMES.length, unchanged: 0 });
  for (const name of NAMES) expect(await readFile(join(to, name))).toEqual(stored.get(name));
});

test('an upload leaves alone what is there, and sends what changed', async () => {
  await writeFiles({ same: '1', other: '2' });
  await captureCrunch(['upload', 'p:d', folder], env);
  await writeFiles({ other: '3' });
  const { stdout } = await captureCrunch(['upload', 'p:d', folder, '--json'], env);
  expect(puts.sort()).toEqual(['other', 'other', 'same']);
  expect(JSON.parse(stdout)).toEqual({ dataset: 'p:d', files: 2, sizeBytes: 2, unchanged: 1, replaced: 1 });
});

test('a folder with what cannot be uploaded is refused whole, naming each', async () => {
  await writeFiles({ good: '1', '.crunch/manifest.json': '{}' });
  await symlink('/etc/passwd', join(folder, 'out'));
  await symlink('nowhere', join(folder, 'dangling'));
  await symlink('.', join(folder, 'loop'));
  const { exitCode, stdout } = await captureCrunch(['add-dataset', 'p', 'd', '--files', folder, '--json'], env);
  expect(exitCode).toBe(2);
  const { errors } = (JSON.parse(stdout) as { error: { errors: { path: string }[] } }).error;
  expect(errors.map(({ path }) => path).sort()).toEqual(['dangling', 'loop', 'out']);
  expect(actions).toEqual([]);
});

test("links inside the folder are followed, and Crunch's own folder is left out", async () => {
  await writeFiles({ 'data/a': '1', '.crunch/manifest.json': '{}' });
  await symlink('data/a', join(folder, 'link'));
  await symlink('data', join(folder, 'again'));
  await captureCrunch(['upload', 'p:d', folder], env);
  expect([...stored.keys()].sort()).toEqual(['again/a', 'data/a', 'link']);
});

test.each([
  [[], ['/datasets', '/actions/queue']],
  [['--hold'], ['/datasets']],
])('add-dataset --files %j asks for %j', async (options, expected) => {
  await writeFiles({ a: '1' });
  const { stdout } = await captureCrunch(['add-dataset', 'p', 'd', '--files', folder, ...options], env);
  expect(stdout).toBe('p:d\n');
  expect(actions).toEqual(expected);
  expect(puts).toEqual(['a']);
});

test('a download takes only the files and folders that are named', async () => {
  for (const path of ['a', 'plots/1', 'plots/2', 'plots2/3']) stored.set(path, Buffer.from(path));
  const to = join(folder, 'to');
  await captureCrunch(['download', 'p:d', 'plots/', 'a', '--to', to], env);
  expect((await readdir(to, { recursive: true })).sort()).toEqual(['a', 'plots', 'plots/1', 'plots/2']);
  const missing = await captureCrunch(['download', 'p:d', 'b', '--to', to], env);
  expect(missing.exitCode).toBe(4);
});

test('a file that arrives wrong is fetched again', async () => {
  stored.set('a', Buffer.from('right'));
  corrupt.set('a', [Buffer.from('wrong'), Buffer.from('short')]);
  const { exitCode } = await captureCrunch(['download', 'p:d', '--to', folder], env);
  expect(exitCode).toBe(0);
  expect(await readFile(join(folder, 'a'), 'utf8')).toBe('right');
});

test('a file that keeps arriving wrong is refused, and what was there stays', async () => {
  await writeFiles({ a: 'before' });
  stored.set('a', Buffer.from('right'));
  corrupt.set(
    'a',
    Array.from({ length: 9 }, () => Buffer.from('wrong')),
  );
  const { exitCode, stderr } = await captureCrunch(['download', 'p:d', '--to', folder, '--overwrite'], env);
  expect(exitCode).toBe(12);
  expect(stderr).toContain('a arrived with the SHA-256');
  expect(await readdir(folder)).toEqual(['a']);
  expect(await readFile(join(folder, 'a'), 'utf8')).toBe('before');
});

test('a download never leaves its folder', async () => {
  const to = join(folder, 'to');
  await mkdir(to);
  stored.set('../evil', Buffer.from('x'));
  expect(await captureCrunch(['download', 'p:d', '--to', to], env)).toMatchObject({ exitCode: 12 });
  stored.clear();
  await symlink(folder, join(to, 'link'));
  stored.set('link/evil', Buffer.from('x'));
  expect(await captureCrunch(['download', 'p:d', '--to', to], env)).toMatchObject({ exitCode: 12 });
  expect(await readdir(folder)).toEqual(['to']);
});
