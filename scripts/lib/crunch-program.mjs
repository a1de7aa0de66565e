import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { ROOT, runProgram } from './run-program.mjs';

const MAIN = path.join(ROOT, 'dist/cli/main.js');

/** The built `crunch`, with variables added to its environment. */
export class CrunchProgram {
  #env;

  constructor(env) {
    this.#env = { ...process.env, ...env };
  }

  /** Runs a command; returns what it prints with --json. Throws with what it says when it fails. */
  async run(...args) {
    const { exitCode, output, stdout } = await runProgram(process.execPath, [MAIN, ...args, '--json'], {
      env: this.#env,
    });
    if (exitCode !== 0) throw new Error(`crunch ${args.join(' ')} ended with exit code ${exitCode}:\n${output}`);
    return JSON.parse(stdout);
  }

  /** Starts a command whose JSON lines go to `onEvent`; what it says to people appears on the terminal. */
  watch(args, { onEvent, env = {} }) {
    const child = spawn(process.execPath, [MAIN, ...args, '--json'], {
      env: { ...this.#env, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    createInterface({ input: child.stdout }).on('line', (line) => onEvent(JSON.parse(line)));
    return new RunningProgram(child);
  }

  /** Starts a command that writes to a log file, and goes on without us when it isn't stopped. */
  startInBackground(args, log) {
    const child = spawn(process.execPath, [MAIN, ...args], {
      env: this.#env,
      stdio: ['ignore', log.fd, log.fd],
      detached: true,
    });
    child.unref();
    return new RunningProgram(child);
  }
}

class RunningProgram {
  #child;
  /** Resolves with the exit code. */
  ended;

  constructor(child) {
    this.#child = child;
    this.ended = once(child, 'close').then(([exitCode]) => exitCode ?? 1);
  }

  get pid() {
    return this.#child.pid;
  }

  async stop() {
    this.#child.ref();
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill('SIGTERM');
    await this.ended;
  }
}
