import { CrunchError, messageOf } from '../../shared/errors/crunch-error.ts';

interface RunningPart {
  /** As people know it: `PostgreSQL`. */
  name: string;
  /** Settles when the part ends, asked for or not. */
  ended?: Promise<unknown>;
  /** Ends the part in good order. */
  stop(): Promise<unknown>;
  /** The part's process, when it is not this one. */
  pid?: number;
}

/** The parts of a running server in the order in which they were started. */
export class RunningParts {
  readonly #parts: RunningPart[] = [];
  readonly #failure = new AbortController();
  #isStopping = false;

  /** Aborted, with a CrunchError as its reason, when a part ends by itself. */
  get failure(): AbortSignal {
    return this.#failure.signal;
  }

  add(part: RunningPart): void {
    this.#parts.push(part);
    part.ended?.then(
      () => this.#reportEnd(part),
      (error: unknown) => this.#reportEnd(part, error),
    );
  }

  /**
   * Stops all parts, the last one first; one that doesn't stop in good order is no reason to leave the others. Throws
   * when all are done, naming the first such one.
   */
  async stop(): Promise<void> {
    this.#isStopping = true;
    let fault: CrunchError | undefined;
    for (let part = this.#parts.at(-1); part !== undefined; part = this.#parts.at(-1)) {
      try {
        await part.stop();
      } catch (error) {
        fault ??= new CrunchError('internal', `${part.name} did not stop well: ${messageOf(error)}`, { cause: error });
      }
      this.#parts.pop();
    }
    if (fault !== undefined) throw fault;
  }

  /** Kills the processes of the parts, in no order. */
  kill(): void {
    this.#isStopping = true;
    for (const { pid } of this.#parts) if (pid !== undefined) killProcess(pid);
  }

  #reportEnd({ name }: RunningPart, cause?: unknown): void {
    if (this.#isStopping) return;
    const message = `${name} ended by itself; everything else is stopped too.`;
    this.#failure.abort(new CrunchError('internal', message, { cause }));
  }
}

function killProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}
