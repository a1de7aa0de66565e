import { execFile } from 'node:child_process';
import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cacheFolder } from '../../platform/cache-folder.ts';
import { collectEnd, RunningCrunch, type CommandEnd, type RunningHost } from './crunch-stack.ts';
import type { LabMachine } from './network-lab.ts';

const run = promisify(execFile);

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Packs the build as it would be published and installs it into an empty folder. Returns the path of `crunch`. */
export async function installCrunch(folder: string): Promise<string> {
  const home = path.join(folder, 'installer');
  await mkdir(home, { recursive: true });
  const env = { ...process.env, HOME: home };
  // Without the scripts, which would build again what the tests were started with.
  await run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: ROOT, env });
  const tarball = (await readdir(folder)).find((name) => name.endsWith('.tgz')) ?? '';
  const prefix = path.join(folder, 'installed');
  await run('npm', ['install', '--global', '--prefix', prefix, path.join(folder, tarball)], { cwd: home, env });
  return path.join(prefix, 'bin', 'crunch');
}

/** Someone's account on a machine, with nothing in its home folder, who uses an installed `crunch`. */
export class CrunchUser {
  readonly home: string;
  private readonly crunch: string;
  private readonly machine: LabMachine;
  private readonly running: RunningCrunch<unknown>[] = [];

  constructor(crunch: string, machine: LabMachine, home: string) {
    this.crunch = crunch;
    this.machine = machine;
    this.home = home;
  }

  /** Runs a command to its end. */
  async run(...args: string[]): Promise<CommandEnd> {
    return collectEnd(await this.spawn(args));
  }

  /** What a command prints with `--json`. Throws when it fails. */
  async json<T>(...args: string[]): Promise<T> {
    const { exitCode, stdout, stderr } = await this.run(...args, '--json');
    if (exitCode !== 0) throw new Error(`crunch ${args.join(' ')} failed: ${stderr}${stdout}`);
    return JSON.parse(stdout) as T;
  }

  /** Starts a command that goes on and prints JSON lines. */
  async start<Event>(...args: string[]): Promise<RunningCrunch<Event>> {
    const started = new RunningCrunch<Event>(await this.spawn([...args, '--json']));
    this.running.push(started);
    return started;
  }

  /** Starts a host, named for the machine, that takes one dataset at a time. */
  startHost(...args: string[]): Promise<RunningHost> {
    return this.start('loop', '--directory', path.join(this.home, 'work'), ...args);
  }

  async stop(): Promise<void> {
    await Promise.all(this.running.map((it) => it.kill('SIGTERM')));
  }

  private async spawn(args: string[]) {
    await mkdir(this.home, { recursive: true });
    // What Crunch installs on first use is taken from this computer's cache: the machines reach no package index.
    const env = {
      ...{ PATH: process.env.PATH, HOME: this.home, CRUNCH_HOST: path.basename(this.home) },
      XDG_CACHE_HOME: path.dirname(cacheFolder()),
    };
    return this.machine.spawn([process.execPath, this.crunch, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  }
}
