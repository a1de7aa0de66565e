import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { cacheFolder } from '../cache-folder.ts';
import { findFreePort } from '../free-port.ts';
import { identifyProcess } from '../process-identity.ts';
import { setUpTemporal } from '../set-up-temporal.ts';
import { connectTemporalClient } from '../temporal-connection.ts';
import { resolveTemporalBinary } from './resolve-temporal-binary.ts';
import { startTemporalServer, type RunningTemporal, type TemporalServerOptions } from './temporal-server.ts';

let binary: string;
let folder: string;
let servers: RunningTemporal[];

beforeAll(async () => {
  binary = await resolveTemporalBinary({ environment: process.env, cacheFolder: cacheFolder() });
}, 600_000);

beforeEach(async () => {
  servers = [];
  folder = await mkdtemp(path.join(tmpdir(), 'crunch-temporal-'));
});

afterEach(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  await rm(folder, { recursive: true, force: true });
});

async function start(options: Partial<TemporalServerOptions> = {}): Promise<RunningTemporal> {
  const server = await startTemporalServer({ binary, logFile: path.join(folder, 'temporal.log'), ...options });
  servers.push(server);
  return server;
}

test('what a server was told is there after its process and another took over its database', async () => {
  const databaseFile = path.join(folder, 'temporal.db');
  const first = await start({ databaseFile });
  await setUpTemporal({ address: first.address, namespace: 'research' });
  await setUpTemporal({ address: first.address, namespace: 'research' });

  // As if its own process had been killed: nobody stops it, and the next start finds it running.
  const second = await start({ databaseFile });
  await first.exited;
  expect(identifyProcess(first.pid)).toBeUndefined();
  await setUpTemporal({ address: second.address, namespace: 'default' });
  const { connection } = await connectTemporalClient({ address: second.address, namespace: 'research' });
  for (const namespace of ['default', 'research']) {
    const { config } = await connection.workflowService.describeNamespace({ namespace });
    expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(30 * 24 * 60 * 60);
  }
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace: 'research' });
  expect(Object.keys(customAttributes ?? {})).toEqual(
    expect.arrayContaining(['CrunchDataset', 'CrunchHost', 'CrunchProject', 'CrunchStage', 'CrunchState']),
  );
  const answer = await fetch(`http://127.0.0.1:${second.uiPort}`);
  expect(answer.status).toBe(200);
  await connection.close();
});

test('a server does not outlive its process', async () => {
  const options = { binary, logFile: path.join(folder, 'temporal.log') };
  const code = `
    import { createJiti } from 'jiti';
    const module = await createJiti(process.cwd()).import(${JSON.stringify(import.meta.resolve('./temporal-server.ts'))});
    console.log((await module.startTemporalServer(${JSON.stringify(options)})).pid);
    process.stdin.resume();`;
  const owner = spawn(process.execPath, ['--input-type=module', '--eval', code], { stdio: ['pipe', 'pipe', 2] });
  const [line] = (await once(owner.stdout!, 'data')) as [Buffer];
  const pid = Number(line);
  expect(identifyProcess(pid)).toBeDefined();
  owner.kill('SIGKILL');
  while (identifyProcess(pid) !== undefined) await delay(20);
});

test('a port that is taken is named', async () => {
  const port = await findFreePort();
  const occupant = createServer().listen(port, '127.0.0.1');
  await once(occupant, 'listening');
  await expect(start({ port })).rejects.toMatchObject({
    code: 'port-taken',
    message: expect.stringContaining(`${port}`),
  });
  await expect(start({ uiPort: port })).rejects.toMatchObject({ code: 'port-taken' });
  occupant.close();
});

test('a server that ends at once is told with its own words', async () => {
  const databaseFile = path.join(folder, 'temporal.db');
  await writeFile(databaseFile, 'not a database '.repeat(1_000));
  await expect(start({ databaseFile })).rejects.toMatchObject({
    code: 'internal',
    message: expect.stringContaining('temporal.log'),
  });
});

test('a server that is not there is told with its address', async () => {
  const address = `127.0.0.1:${await findFreePort()}`;
  await expect(connectTemporalClient({ address, namespace: 'default' })).rejects.toMatchObject({
    code: 'temporal-unreachable',
    message: expect.stringContaining(address),
  });
});
