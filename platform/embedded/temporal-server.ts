import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, open, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { findFreePort, requireFreePort } from '../free-port.ts';
import { endLeftProcess, rememberProcess } from '../left-process.ts';
import { startWatchdog } from '../process-watchdog.ts';
import { LOOPBACK, temporalArguments } from './temporal-arguments.ts';

export interface TemporalServerOptions {
  /** Temporal's executable. */
  binary: string;
  /** Where executions are kept; in memory when absent. Only one process may start a server over it at a time. */
  databaseFile?: string;
  /** Free ones are chosen when absent. */
  port?: number;
  uiPort?: number;
  /** Begins anew with each start. */
  logFile: string;
}

export interface RunningTemporal {
  /** `127.0.0.1:port`. */
  address: string;
  port: number;
  uiPort: number;
  pid: number;
  /** Resolves when the server has ended, asked for or not. */
  exited: Promise<void>;
  /** Ends the server; resolves when it is gone. */
  stop(): Promise<void>;
}

/** How long a busy machine may take to start it over a large database. */
const READY_TIMEOUT_MS = 5 * 60_000;
const STOP_TIMEOUT_MS = 10_000;
const POLL_MS = 25;
const START_ATTEMPTS = 5;

/** What the server prints, in one of its versions' wordings, when it serves. */
const READY_LINE = /^(Temporal )?Server: +\S/m;

/**
 * Starts Temporal's own server, with its web UI, on 127.0.0.1, in one process that ends with ours, however ours ends. One that an
 * earlier process left running over the same database is ended first. Raises `port-taken` and `internal`.
 */
export async function startTemporalServer(options: TemporalServerOptions): Promise<RunningTemporal> {
  const { databaseFile, logFile } = options;
  for (const file of [logFile, databaseFile ?? logFile]) await mkdir(path.dirname(file), { recursive: true });
  const pidFile = databaseFile && `${databaseFile}.pid`;
  if (pidFile) await endLeftProcess(pidFile);
  if (options.port !== undefined) await requireFreePort(options.port, 'Temporal');
  if (options.uiPort !== undefined) await requireFreePort(options.uiPort, "Temporal's web UI");
  for (let attempt = 1; ; attempt += 1) {
    const port = options.port ?? (await findFreePort());
    const uiPort = options.uiPort ?? (await findFreePort());
    const server = await spawnServer(options.binary, temporalArguments({ port, uiPort, databaseFile }), logFile);
    if (pidFile) await rememberProcess(pidFile, server.pid);
    if (await becomesReady(server, logFile)) return describeServer(server, port, uiPort);
    const complaint = (await readFile(logFile, 'utf8')).trim().split('\n').at(-1) ?? '';
    const portWasTaken = complaint.includes('address already in use');
    // A free port can be taken by somebody else before the server has it.
    const mayChooseAgain = portWasTaken && (options.port === undefined || options.uiPort === undefined);
    if (mayChooseAgain && attempt < START_ATTEMPTS) continue;
    throw new CrunchError(
      portWasTaken ? 'port-taken' : 'internal',
      `Temporal's server did not start: ${complaint || describeEnd(server.child)}. Its log is ${logFile}`,
    );
  }
}

interface Server {
  child: ChildProcess;
  pid: number;
  exited: Promise<void>;
}

async function spawnServer(binary: string, serverArguments: string[], logFile: string): Promise<Server> {
  const processId = randomUUID();
  const watchdog = startWatchdog(`CRUNCH_PROCESS=${processId}`);
  const log = await open(logFile, 'w', 0o600);
  const { PATH, HOME, TMPDIR } = process.env;
  const child = spawn(binary, serverArguments, {
    env: { PATH, HOME, TMPDIR, CRUNCH_PROCESS: processId },
    // In a process group of its own, so that Ctrl-C at a terminal reaches only us, who stop it in order.
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  try {
    await once(child, 'spawn');
  } catch (error) {
    watchdog.dismiss();
    throw new CrunchError('missing-tool', `Temporal's server ${binary} can't be started: ${String(error)}`, {
      cause: error,
    });
  } finally {
    await log.close();
  }
  const pid = child.pid as number;
  watchdog.guard(pid);
  void exited.then(watchdog.dismiss);
  return { child, pid, exited };
}

/** Resolves to false when the server ended before it was ready. Its own words prove that it is not another server. */
async function becomesReady(server: Server, logFile: string): Promise<boolean> {
  const deadline = performance.now() + READY_TIMEOUT_MS;
  while (isAlive(server.child)) {
    if (READY_LINE.test(await readFile(logFile, 'utf8'))) return true;
    if (performance.now() > deadline) {
      await stopServer(server);
      throw new CrunchError('internal', `Temporal's server was not ready in time. Its log is ${logFile}`);
    }
    await delay(POLL_MS);
  }
  return false;
}

function describeServer(server: Server, port: number, uiPort: number): RunningTemporal {
  return {
    address: `${LOOPBACK}:${port}`,
    port,
    uiPort,
    pid: server.pid,
    exited: server.exited,
    stop: () => stopServer(server),
  };
}

async function stopServer({ child, exited }: Server): Promise<void> {
  if (!isAlive(child)) return;
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(force);
}

function isAlive({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}

function describeEnd({ exitCode, signalCode }: ChildProcess): string {
  return `it ended with ${exitCode ?? signalCode}`;
}
