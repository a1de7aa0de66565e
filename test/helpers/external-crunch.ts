import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ComposeFile } from './compose-file.ts';
import { collectEnd, MAIN, RunningCrunch, type CommandEnd } from './crunch-stack.ts';

/** What stands in docker-compose.yml for a place, and what the test has instead; exchanged in this order. */
export type Places = [from: string, to: string][];

/**
 * The built `crunch` as docker-compose.yml runs it, without containers: with the environment that the file gives each
 * service and no other, in which only places are exchanged. Absolute paths lie below `folder`.
 */
export class ExternalCrunch {
  readonly #compose: ComposeFile;
  readonly #folder: string;
  readonly #places: Places;
  readonly #running: RunningCrunch<unknown>[] = [];

  constructor(compose: ComposeFile, folder: string, places: Places) {
    this.#compose = compose;
    this.#folder = folder;
    this.#places = places;
  }

  /** Where a path of a container lies. */
  pathOf(inContainer: string): string {
    return path.join(this.#folder, inContainer);
  }

  /** Lays a file as a container would have it. */
  async lay(inContainer: string, content: string): Promise<void> {
    await mkdir(path.dirname(this.pathOf(inContainer)), { recursive: true });
    await writeFile(this.pathOf(inContainer), content);
  }

  /** A text of the file with the test's places. */
  place(text: string): string {
    return this.#places.reduce((placed, [from, to]) => placed.replaceAll(from, to), text);
  }

  /** The environment of a service. */
  environment(service: string): Record<string, string> {
    const entries = Object.entries(this.#compose.services[service]?.environment ?? {});
    return Object.fromEntries(
      entries.map(([name, value]) => [name, value.startsWith('/') ? this.pathOf(value) : this.place(value)]),
    );
  }

  /** Runs a command in the environment of a service, with changes, to its end. */
  run(service: string, args: string[], changes: Record<string, string> = {}): Promise<CommandEnd> {
    return collectEnd(this.#spawn(service, args, changes));
  }

  /** What a command in the server's container prints with `--json`. Throws when it fails. */
  async json<T>(...args: string[]): Promise<T> {
    const end = await this.run('server', [...args, '--json']);
    if (end.exitCode !== 0) throw new Error(`crunch ${args.join(' ')} failed: ${end.stderr}${end.stdout}`);
    return JSON.parse(end.stdout) as T;
  }

  /** Starts a command that goes on, in the environment of a service. */
  start<Event>(service: string, args: string[], changes: Record<string, string> = {}): RunningCrunch<Event> {
    const running = new RunningCrunch<Event>(this.#spawn(service, [...args, '--json'], changes));
    this.#running.push(running);
    return running;
  }

  /** Asks all that run to end, the last one first, and gives what each ended with. */
  async stop(signal: NodeJS.Signals): Promise<CommandEnd[]> {
    const ends: CommandEnd[] = [];
    for (const running of this.#running.toReversed()) ends.push(await running.kill(signal));
    return ends;
  }

  #spawn(service: string, args: string[], changes: Record<string, string>): ChildProcess {
    return spawn(process.execPath, [MAIN, ...args], {
      env: { PATH: process.env.PATH, HOME: this.#folder, ...this.environment(service), ...changes },
      cwd: this.#folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }
}
