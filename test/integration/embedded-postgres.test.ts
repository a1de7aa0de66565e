import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, lstat, mkdtemp, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { startPostgres, type RunningPostgres } from '../../platform/embedded/postgres.ts';

const isRoot = process.getuid?.() === 0;
const isLinux = process.platform === 'linux';
const JITI = path.resolve('node_modules/jiti/lib/jiti-cli.mjs');

let folder: string;
let dataFolder: string;
let server: RunningPostgres | undefined;
let progress: string[];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'crunch-embedded-'));
  await chmod(folder, 0o711);
  dataFolder = path.join(folder, 'postgres');
  progress = [];
});
afterEach(async () => {
  await server?.stop();
  server = undefined;
  await rm(folder, { recursive: true, force: true });
});

async function start(): Promise<RunningPostgres> {
  server = await startPostgres({ dataFolder, onProgress: (message) => progress.push(message) });
  return server;
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query({ text: sql, rowMode: 'array' })).rows.flat();
  } finally {
    await client.end();
  }
}

test('what was written is there after a stop and a start', async () => {
  const first = await start();
  await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
  await first.stop();
  await first.exited;
  expect(progress).toContain('making the database');
  const second = await start();
  expect(await query(second.url, 'SELECT answer FROM kept')).toEqual([42]);
});

test('after kill -9 the server is known to have ended, and recovers', async () => {
  const first = await start();
  await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
  process.kill(first.pid, 'SIGKILL');
  await first.exited;
  const second = await start();
  expect(await query(second.url, 'SELECT answer FROM kept')).toEqual([42]);
});

test('a server whose starter was killed is replaced, with nothing lost', async () => {
  const starter = spawn(process.execPath, [JITI, 'test/helpers/start-postgres-process.ts', dataFolder], {
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface(starter.stdout), 'line')) as [string];
  const orphan = JSON.parse(line) as { url: string; pid: number };
  await query(orphan.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
  starter.kill('SIGKILL');
  await once(starter, 'exit');
  expect(await query(orphan.url, 'SELECT answer FROM kept')).toEqual([42]);

  const next = await start();
  expect(progress).toContain('stopping a database server that was left running');
  expect(await query(next.url, 'SELECT answer FROM kept')).toEqual([42]);
  await expect(query(orphan.url, 'SELECT 1')).rejects.toThrow(/ECONNREFUSED/);
});

test('a mark with the number of another process is no obstacle', async () => {
  const first = await start();
  const mark = path.join(dataFolder, 'pgdata', 'postmaster.pid');
  const lines = (await readFile(mark, 'utf8')).split('\n');
  const { uid, gid } = await stat(mark);
  await first.stop();
  const other = spawn('sleep', ['600'], { uid, gid, stdio: 'ignore' });
  try {
    await once(other, 'spawn');
    await writeFile(mark, [other.pid, ...lines.slice(1)].join('\n'));
    const { url } = await start();
    expect(await query(url, 'SELECT 1')).toEqual([1]);
  } finally {
    other.kill();
  }
});

test('a port in use is named', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  await expect(startPostgres({ dataFolder, port })).rejects.toMatchObject({ code: 'port-taken' });
  other.close();
});

test('the password lies in a file of the owner only, and is asked for', async () => {
  const { url, port } = await start();
  const file = path.join(dataFolder, 'password');
  const password = await readFile(file, 'utf8');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(url).toContain(password);
  await expect(query(`postgresql://crunch:wrong@127.0.0.1:${port}/postgres`, 'SELECT 1')).rejects.toMatchObject({
    code: '28P01',
  });
});

(isLinux ? test : test.skip)('the password is in neither arguments nor environment of the server', async () => {
  const { pid } = await start();
  const password = await readFile(path.join(dataFolder, 'password'), 'utf8');
  for (const file of ['cmdline', 'environ']) {
    expect(await readFile(`/proc/${pid}/${file}`, 'utf8')).not.toContain(password);
  }
});

(isRoot ? test : test.skip)('as root it runs as nobody, with its files where nobody may enter', async () => {
  await chmod(folder, 0o700);
  const { url, pid } = await start();
  expect((await stat(`/proc/${pid}`)).uid).not.toBe(0);
  const place = path.join(dataFolder, 'pgdata');
  expect((await lstat(place)).isSymbolicLink()).toBe(true);
  const cluster = await realpath(place);
  expect(await query(url, 'SHOW data_directory')).toEqual([cluster]);
  await server?.stop();
  await rm(cluster, { recursive: true });
  await expect(start()).rejects.toThrow(/which is missing/);
});
