import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { cacheFolder } from '../../platform/cache-folder.ts';
import { MAIN } from './crunch-stack.ts';
import type { Fence, ManualPage } from './manual-pages.ts';

/** Whose block it is: of the reader, or of the account on a host, marked `on=host`. */
export type Account = 'reader' | 'host';

export interface PageRunOptions {
  /** Empty; holds all that the page makes. */
  folder: string;
  /** Added to each account's environment: what readers put in for the page's `values`, or that they are signed in. */
  env?: Partial<Record<Account, Record<string, string>>>;
}

/** A block that was started, with its output as a terminal shows it. */
export class RunningBlock {
  output = '';
  exitCode: number | null | undefined;
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  private readonly listeners = new Set<() => void>();

  constructor(child: ChildProcess) {
    this.child = child;
    child.stdout?.on('data', (chunk: Buffer) => {
      this.output += chunk.toString();
      this.tell();
    });
    this.ended = once(child, 'close').then(([code]) => {
      this.exitCode = code as number | null;
      this.tell();
      return this.exitCode;
    });
  }

  /** Resolves when the output fits. Rejects when the block ends before. */
  async shows(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.output)) {
      if (this.exitCode !== undefined) throw new Error(`it ended with ${this.exitCode} and showed: ${this.output}`);
      await new Promise<void>((resolve) => this.listeners.add(resolve));
    }
  }

  /** As Ctrl-C does: all processes of the terminal get it. */
  async interrupt(): Promise<void> {
    if (this.exitCode === undefined) process.kill(-this.child.pid!, 'SIGINT');
    await this.ended;
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
    this.listeners.clear();
  }
}

/**
 * Does what a page of the manual says, in order, with the built `crunch` on PATH and a fresh home folder for each
 * account. Blocks are marked behind their language:
 *
 * - `test=NAME` is run by `bash -euo pipefail` and has to end with 0, or with `exit=N`; `on=host` by another account;
 *   with `background` it goes on running, and `after=NAME` ends such a one by Ctrl-C first;
 * - `output=NAME` is what that block shows, see `outputPattern`; one that goes on running is waited for to show it;
 * - `file=NAME` is a file that the reader writes; `values` are variables that the reader sets as it suits;
 * - `skip=REASON` is not run.
 */
export class PageRun {
  private readonly blocks = new Map<string, RunningBlock>();
  private readonly options: PageRunOptions;
  private started = 0;

  constructor(options: PageRunOptions) {
    this.options = options;
  }

  /** The working directory. */
  get place(): string {
    return path.join(this.options.folder, 'place');
  }

  async prepare(): Promise<void> {
    const { folder } = this.options;
    for (const name of ['place', 'bin', 'blocks', 'reader', 'host']) await mkdir(path.join(folder, name));
    await symlink(MAIN, path.join(folder, 'bin', 'crunch'));
  }

  /** Throws with the place in the page and what was shown. */
  async follow(page: ManualPage): Promise<void> {
    for (const fence of page.fences) {
      try {
        await this.obey(fence);
      } catch (error) {
        throw new Error(`${fence.place}: ${String(error)}`, { cause: error });
      }
    }
  }

  async stop(): Promise<void> {
    for (const block of [...this.blocks.values()].toReversed()) await block.interrupt();
  }

  /** Starts a text of the repository as a script. */
  async start(content: string, account: Account = 'reader', env: Record<string, string> = {}): Promise<RunningBlock> {
    const file = path.join(this.options.folder, 'blocks', `${(this.started += 1)}.sh`);
    await writeFile(file, `exec 2>&1\n${content}`);
    const child = spawn('bash', ['-euo', 'pipefail', file], {
      cwd: this.place,
      env: { ...this.environmentOf(account), ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
      // A process group of its own, as a terminal gives it.
      detached: true,
    });
    const block = new RunningBlock(child);
    this.blocks.set(file, block);
    return block;
  }

  private async obey({ language, marks, content }: Fence): Promise<void> {
    const { test, output, file } = marks;
    if (marks['after'] !== undefined) await this.blockNamed(marks['after']).interrupt();
    if (file !== undefined) await writeFile(path.join(this.place, file), content);
    if (output !== undefined) await this.compare(this.blockNamed(output), content);
    if (test === undefined) return;
    if (language !== 'sh') throw new Error(`only a block of sh can be run, not of ${language}`);
    const block = await this.start(content, marks['on'] === 'host' ? 'host' : 'reader');
    this.blocks.set(test, block);
    if (marks['background'] !== undefined) return;
    const exitCode = await block.ended;
    const expected = Number(marks['exit'] ?? 0);
    if (exitCode !== expected) throw new Error(`ended with ${exitCode}, not ${expected}: ${block.output}`);
  }

  private async compare(block: RunningBlock, expected: string): Promise<void> {
    const pattern = outputPattern(expected);
    if (pattern.test(block.output)) return;
    if (block.exitCode !== undefined) throw new Error(`what was shown is something else: ${block.output}`);
    await block.shows(pattern);
  }

  private blockNamed(name: string): RunningBlock {
    const block = this.blocks.get(name);
    if (block === undefined) throw new Error(`no block before it is called “${name}”`);
    return block;
  }

  private environmentOf(account: Account): NodeJS.ProcessEnv {
    const { folder, env } = this.options;
    return {
      ...process.env,
      PATH: `${path.join(folder, 'bin')}${path.delimiter}${process.env['PATH']}`,
      HOME: path.join(folder, account),
      // What Crunch installs on first use is not installed for each page anew.
      XDG_CACHE_HOME: path.dirname(cacheFolder()),
      ...{ XDG_CONFIG_HOME: '', XDG_DATA_HOME: '', CRUNCH_URL: '', CRUNCH_TOKEN: '' },
      ...env?.[account],
    };
  }
}

/**
 * What a block of output means: `…` stands for anything in a line, and alone in a line for any number of lines; how many
 * blanks there are doesn't matter. Other lines may stand before and behind it.
 */
export function outputPattern(expected: string): RegExp {
  const lines = expected
    .trimEnd()
    .split('\n')
    .map((line) => line.trim());
  const parts = lines.map((line) =>
    line === '…' ? String.raw`(?:.*\n)*?` : String.raw`[ \t]*${wordsOf(line)}[ \t]*\n`,
  );
  return new RegExp(`^${parts.join('')}`, 'm');
}

function wordsOf(line: string): string {
  const words = line
    .split(/\s+/)
    .map((word) => word.split('…').map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)));
  return words.map((parts) => parts.join('.*?')).join(String.raw`[ \t]+`);
}
