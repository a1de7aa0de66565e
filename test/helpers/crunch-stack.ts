import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { DatasetDetail, Status } from '../../shared/contract/datasets.ts';
import type { DatasetFile } from '../../shared/contract/files.ts';
import type { LogLine } from '../../shared/contract/logs.ts';
import type { HostEvent } from '../../worker/host-options.ts';

/** The built `crunch`. */
export const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** What a command ended with. */
export interface CommandEnd {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

export async function collectEnd(child: ChildProcess): Promise<CommandEnd> {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [exitCode] = (await once(child, 'close')) as (number | null)[];
  return { exitCode: exitCode ?? null, stdout, stderr };
}

/** A `crunch` that goes on running. */
export class RunningCrunch<Event> {
  readonly events: Event[] = [];
  readonly child: ChildProcess;
  readonly ended: Promise<CommandEnd>;
  private readonly listeners = new Set<() => void>();

  constructor(child: ChildProcess) {
    this.child = child;
    let stdout = '';
    let stderr = '';
    child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    createInterface({ input: child.stdout! }).on('line', (line) => {
      stdout += `${line}\n`;
      this.events.push(JSON.parse(line) as Event);
      for (const listener of this.listeners) listener();
    });
    this.ended = once(child, 'close').then(([exitCode]: (number | null)[]) => {
      for (const listener of this.listeners) listener();
      return { exitCode: exitCode ?? null, stdout, stderr };
    });
  }

  /** Resolves with the first event that fits. Rejects when the program ends before. */
  async event(fits: (event: Event) => boolean): Promise<Event> {
    for (;;) {
      const found = this.events.find(fits);
      if (found) return found;
      if (this.child.exitCode !== null || this.child.signalCode !== null) {
        const { stdout, stderr } = await this.ended;
        throw new Error(`crunch ended before the event: ${stderr}${stdout}`);
      }
      await new Promise<void>((resolve) => this.listeners.add(resolve));
    }
  }

  kill(signal: NodeJS.Signals): Promise<CommandEnd> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill(signal);
    return this.ended;
  }
}

/** Where a stack is, as `crunch up --json` says. */
export interface StackPlaces {
  url: string;
  temporal: string;
  data: string;
  /** Whose first password is in `passwordFile`. */
  email: string;
  passwordFile: string;
}

export type RunningHost = RunningCrunch<HostEvent>;

/** The built system on this computer: `crunch up`, hosts, and commands against it, all on data of its own. */
export class CrunchStack {
  readonly folder: string;
  /** Besides their own, the variables of all that is started from now on. */
  environment: Record<string, string> = {};
  places!: StackPlaces;
  private up!: RunningCrunch<StackPlaces>;
  private readonly hosts: RunningHost[] = [];

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async start(): Promise<CrunchStack> {
    const folder = await mkdtemp(path.join(tmpdir(), 'crunch-e2e-'));
    // So that PostgreSQL's account may enter it where the tests run as root.
    await chmod(folder, 0o711);
    const stack = new CrunchStack(folder);
    await stack.startUp();
    return stack;
  }

  /** Starts `crunch up`, again when it ran before, on the same data. */
  async startUp(): Promise<void> {
    this.up = new RunningCrunch(this.spawn(['up', '--data', path.join(this.folder, 'data'), '--json']));
    this.places = await this.up.event(() => true);
  }

  /** Ends `crunch up` as Ctrl-C does, and gives what it printed; its hosts go on. */
  stopUp(): Promise<CommandEnd> {
    return this.up.kill('SIGINT');
  }

  /** The first admin's. */
  async adminPassword(): Promise<string> {
    return (await readFile(this.places.passwordFile, 'utf8')).trim();
  }

  async adminToken(): Promise<string> {
    return (await readFile(path.join(this.places.data, 'admin-token'), 'utf8')).trim();
  }

  /** The process of `crunch up`. */
  get upProcess(): ChildProcess {
    return this.up.child;
  }

  async crunch(...args: string[]): Promise<CommandEnd> {
    return collectEnd(this.spawn(args));
  }

  /** What a command prints with `--json`. Throws when it fails. */
  async json<T>(...args: string[]): Promise<T> {
    const end = await this.crunch(...args, '--json');
    if (end.exitCode !== 0) throw new Error(`crunch ${args.join(' ')} failed: ${end.stderr}${end.stdout}`);
    return JSON.parse(end.stdout) as T;
  }

  /** Starts a host of that name with a directory of its own. */
  host(name: string, ...args: string[]): RunningHost {
    const directory = this.hostDirectory(name);
    const child = this.spawn([...args, '--directory', directory, '--json'], { CRUNCH_HOST: name });
    const host: RunningHost = new RunningCrunch(child);
    this.hosts.push(host);
    return host;
  }

  /** Follows the log of a dataset until its run is over. */
  follow(slug: string, ...options: string[]): RunningCrunch<LogLine> {
    return new RunningCrunch(this.spawn(['logs', slug, '--follow', '--json', ...options]));
  }

  hostDirectory(name: string): string {
    return path.join(this.folder, 'hosts', name);
  }

  /** Adds a project that runs `script`, whose hosts are given up after a few seconds of silence. Returns its slug. */
  async addProject(name: string, script: string, ...args: string[]): Promise<string> {
    const file = args.includes('snakemake') ? 'Snakefile' : 'workflow.sh';
    const workflow = path.join(this.folder, 'workflows', name, file);
    await mkdir(path.dirname(workflow), { recursive: true });
    await writeFile(workflow, script);
    return this.addProjectOf(name, workflow, ...args);
  }

  async addProjectOf(name: string, workflow: string, ...args: string[]): Promise<string> {
    const timing = ['--heartbeat-timeout', '3s', '--grace', '1s', '--kill-grace', '1s'];
    const { slug } = await this.json<{ slug: string }>('add-project', name, '--workflow', workflow, ...timing, ...args);
    return slug;
  }

  /** Adds a dataset with one small file. Returns its slug. */
  async addDataset(project: string, name: string, content = 'input\n'): Promise<string> {
    const folder = path.join(this.folder, 'inputs', project, name);
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'input.txt'), content);
    const { slug } = await this.json<{ slug: string }>('add-dataset', project, name, '--files', folder);
    return slug;
  }

  show(slug: string): Promise<DatasetDetail> {
    return this.json('show', slug);
  }

  /** What happened to a dataset, as `SETUP START`. */
  async statuses(slug: string): Promise<(Status & { words: string })[]> {
    const { items } = await this.json<{ items: Status[] }>('statuses', slug);
    return items.map((status) => ({ ...status, words: `${status.stage} ${status.state}` }));
  }

  async files(slug: string): Promise<DatasetFile[]> {
    return (await this.json<{ items: DatasetFile[] }>('files', slug)).items;
  }

  async stop(): Promise<void> {
    await Promise.all(this.hosts.map((host) => host.kill('SIGKILL')));
    await this.up.kill('SIGTERM');
    await rm(this.folder, { recursive: true, force: true });
  }

  private spawn(args: string[], env: Record<string, string> = {}): ChildProcess {
    return spawn(process.execPath, [MAIN, ...args], {
      env: {
        ...process.env,
        // The sign-in and the settings of the account that runs the tests stay out of it.
        XDG_CONFIG_HOME: path.join(this.folder, 'config'),
        CRUNCH_URL: '',
        CRUNCH_TOKEN: '',
        ...this.environment,
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }
}
