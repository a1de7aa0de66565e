import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { CrunchError, messageOf } from '../../shared/errors/crunch-error.ts';
import { findFreePort, isPortFree } from '../free-port.ts';
import { choosePostgresAccount, type PostgresAccount } from './postgres-account.ts';
import { findPostgresBinaries, type PostgresBinaries } from './postgres-binaries.ts';
import { openPostgresCluster, postgresEnvironment, type PostgresCluster } from './postgres-cluster.ts';
import { probePostgres } from './postgres-probe.ts';
import { removeStaleMark } from './postgres-remains.ts';

export interface PostgresOptions {
  /** Where the database lies; made when absent. Only one process may start a server over it at a time. */
  dataFolder: string;
  /** A free one is chosen when absent. */
  port?: number;
  /** Told what is being done, one short sentence each. */
  onProgress?: (message: string) => void;
}

export interface RunningPostgres {
  /** With user and password, and the database `postgres`. Never log it. */
  url: string;
  port: number;
  pid: number;
  /** Resolves when the server has ended, asked for or not. */
  exited: Promise<void>;
  /** Ends the server, and with it all connections; resolves when it is gone. */
  stop(): Promise<void>;
}

/** What starting and stopping need to know of one server. */
interface Setting {
  binaries: PostgresBinaries;
  account: PostgresAccount;
  cluster: PostgresCluster;
  logFile: string;
  onProgress: (message: string) => void;
}

/** A recovery after a crash may take long; it is waited for as long as the server lives, up to this. */
const READY_TIMEOUT_MS = 10 * 60_000;
/** How long the remains of a killed server may be in the way of a new one. */
const REMAINS_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_S = 60;
const POLL_MS = 25;

/**
 * Starts PostgreSQL on 127.0.0.1 over a data folder. A server that an earlier process left running there is stopped
 * first, and a database that was not shut down recovers. Throws `port-taken` or `missing-tool`.
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const { onProgress = () => {} } = options;
  const dataFolder = path.resolve(options.dataFolder);
  await requireFreePort(options.port);
  const account = await choosePostgresAccount();
  const binaries = await findPostgresBinaries(account, onProgress);
  const cluster = await openPostgresCluster(dataFolder, binaries, account, onProgress);
  const setting = { binaries, account, cluster, logFile: path.join(dataFolder, 'postgres.log'), onProgress };
  await clearRemains(setting);
  return startServer(setting, options.port);
}

async function requireFreePort(port: number | undefined): Promise<void> {
  if (port === undefined || (await isPortFree(port))) return;
  throw new CrunchError('port-taken', `Port ${port} of 127.0.0.1, meant for PostgreSQL, is in use; choose another.`);
}

/** A server whose starter was killed lives on, or leaves its mark, and would be in the way of a new one. */
async function clearRemains(setting: Setting): Promise<void> {
  const { cluster, onProgress } = setting;
  const port = await readServerPort(cluster.folder);
  if (port === undefined) return;
  let answer = await probePostgres(cluster, port);
  while (answer === 'starting') {
    await delay(POLL_MS);
    answer = await probePostgres(cluster, port);
  }
  // The file may be old, and its port and process id belong to anybody by now; only a server that takes our password
  // and has our folder is ours.
  if (answer === 'ready') {
    onProgress('stopping a database server that was left running');
    await stopServer(setting);
  } else {
    await removeStaleMark(cluster.folder);
  }
}

/** The port in the file that a running server keeps in its folder, and a killed one leaves there. */
async function readServerPort(folder: string): Promise<number | undefined> {
  const text = await readFile(path.join(folder, 'postmaster.pid'), 'utf8').catch(() => '');
  const port = Number(text.split('\n')[3]);
  return port > 0 ? port : undefined;
}

async function startServer(setting: Setting, fixedPort: number | undefined): Promise<RunningPostgres> {
  const giveUpAt = performance.now() + REMAINS_TIMEOUT_MS;
  for (;;) {
    const port = fixedPort ?? (await findFreePort());
    const { child, complaint } = await spawnServer(setting, port);
    if (await becomesReady(child, setting, port)) return describeServer(child, setting, port);
    const reason = await complaint();
    if (!isPassing(reason) || performance.now() > giveUpAt) {
      throw new CrunchError(
        reason.includes('could not bind') ? 'port-taken' : 'internal',
        `PostgreSQL did not start: ${reason || `it ended with ${child.exitCode ?? child.signalCode}`}. Its log is ${setting.logFile}.`,
      );
    }
    await delay(POLL_MS);
  }
}

/**
 * Processes of a killed server need a moment to notice; and a chosen port can be taken by somebody else before the
 * server has it.
 */
function isPassing(complaint: string): boolean {
  return /lock file "postmaster.pid" already exists|shared memory block .* still in use|could not bind/.test(complaint);
}

interface SpawnedServer {
  child: ChildProcess;
  /** What it wrote since it was spawned. */
  complaint(): Promise<string>;
}

async function spawnServer({ binaries, account, cluster, logFile }: Setting, port: number): Promise<SpawnedServer> {
  await mkdir(path.dirname(logFile), { recursive: true });
  const log = await open(logFile, 'a', 0o600);
  const { size } = await log.stat();
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'dynamic_shared_memory_type=mmap',
    'log_checkpoints=off',
    'timezone=UTC',
    'log_timezone=UTC',
  ];
  const child = spawn(
    binaries.postgres,
    ['-D', cluster.folder, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
    {
      ...account,
      cwd: cluster.folder,
      env: postgresEnvironment(),
      // In a process group of its own, so that Ctrl-C at a terminal reaches only us, who stop it in order.
      detached: true,
      windowsHide: true,
      stdio: ['ignore', log.fd, log.fd],
    },
  );
  try {
    await once(child, 'spawn');
  } finally {
    await log.close();
  }
  return { child, complaint: async () => (await readFile(logFile)).subarray(size).toString().trim() };
}

/** Resolves to false when the server ended before it was ready. */
async function becomesReady(child: ChildProcess, setting: Setting, port: number): Promise<boolean> {
  const giveUpAt = performance.now() + READY_TIMEOUT_MS;
  let told = false;
  while (isAlive(child)) {
    const answer = await probePostgres(setting.cluster, port);
    if (answer === 'ready') return true;
    if (answer === 'starting' && !told) {
      setting.onProgress('waiting for the database to be ready');
      told = true;
    }
    if (performance.now() > giveUpAt) {
      await stopServer(setting);
      throw new CrunchError('internal', `PostgreSQL was not ready in time. Its log is ${setting.logFile}.`);
    }
    await delay(POLL_MS);
  }
  return false;
}

function describeServer(child: ChildProcess, setting: Setting, port: number): RunningPostgres {
  const { user, password } = setting.cluster;
  const exited = isAlive(child) ? once(child, 'exit').then(() => {}) : Promise.resolve();
  return {
    url: `postgresql://${user}:${password}@127.0.0.1:${port}/postgres`,
    port,
    pid: child.pid as number,
    exited,
    stop: async () => {
      if (isAlive(child)) await stopServer(setting);
      await exited;
    },
  };
}

function isAlive(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}

/** Resolves when the server of the cluster is gone. One that hangs is ended at once and recovers at its next start. */
async function stopServer({ binaries, account, cluster }: Setting): Promise<void> {
  const stop = (mode: 'fast' | 'immediate') =>
    promisify(execFile)(
      binaries.pgCtl,
      ['stop', '-D', cluster.folder, '-w', '-t', String(STOP_TIMEOUT_S), '-m', mode],
      { ...account, cwd: cluster.folder, env: postgresEnvironment() },
    );
  try {
    await stop('fast').catch(() => stop('immediate'));
  } catch (cause) {
    if ((await readServerPort(cluster.folder)) === undefined) return;
    throw new CrunchError('internal', `The database server of ${cluster.folder} does not stop: ${messageOf(cause)}`, {
      cause,
    });
  }
}
