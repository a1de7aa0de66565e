import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { CrunchError } from '../shared/errors/crunch-error.ts';
import { openCappedLog, type CappedLog } from './capped-log.ts';
import { endOnRequest, type EndCause } from './end-on-request.ts';
import { LineSplitter } from './line-splitter.ts';
import { openOutputPipe } from './output-pipe.ts';
import { OutputTail } from './output-tail.ts';
import { killRemains } from './process-group.ts';
import { readProcessMoment } from './process-moment.ts';
import { startWatchdog } from './process-watchdog.ts';
import { SecretMask, Secrets } from './secrets.ts';
import { startProgram } from './start-program.ts';

/** Marks a program and, by inheritance, all that it starts. */
const PROCESS_VARIABLE = 'CRUNCH_PROCESS';

/** How long a process may survive SIGKILL, as it does in the middle of a system call that hangs. */
const SURVIVAL_MS = 5_000;

/** How long an output may stay open after the last process that we know of: only an escaped daemon can hold it. */
const OUTPUT_END_MS = 5_000;

export interface ProcessOptions {
  /** The program, found on PATH unless it is a path, and its arguments; no shell reads them. */
  argv: readonly [string, ...string[]];
  cwd: string;
  /** Variables besides `CRUNCH_RUN` and the harmless ones of the host. */
  env?: Record<string, string>;
  /** Gets stdout and stderr in order, at most 64 MiB: the beginning and the end. */
  logFile: string;
  /** Aborting ends the program: SIGTERM to its group, SIGKILL after `killGraceMs`. */
  signal: AbortSignal;
  /** Aborting it kills the program at once, also after a milder request. */
  killSignal?: AbortSignal;
  killGraceMs: number;
  /** Ends the program in the same way when it takes longer. */
  timeoutMs?: number;
  runId: string;
  /** None of them is in the log, in a line or in the tail. */
  secrets?: Secrets;
  /**
   * Gets the lines of the output as they come, each shortened to 2,000 characters. The output is read on when they are
   * dealt with, so that a program waits for who can't keep up.
   */
  onLines?: (lines: string[]) => Promise<void>;
}

export interface ProcessResult {
  /** Null when a signal ended the program or it was never started. */
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  /** The last 40 lines of the output, at most 8 KB. */
  tail: string;
  /** Whether the program came to its own end, or we ended it. */
  endedBy: 'itself' | EndCause;
}

/**
 * Runs a user's program in a process group of its own and waits until it and everything it left behind is gone: the
 * rest of its group and, on Linux, strays that left the group. None of them outlives this process by more than 2 s.
 * Any exit is a result; errors are `missing-tool` and `invalid-input` for a program that can't be started,
 * `host-disk-full` when the log can't be written, `host-cannot` for processes that survive SIGKILL.
 */
export async function runProcess(options: ProcessOptions): Promise<ProcessResult> {
  if (options.signal.aborted) return { exitCode: null, signal: null, tail: '', endedBy: 'abort' };
  const log = await openCappedLog(options.logFile);
  try {
    return await runLogged(options, log);
  } finally {
    await log.close();
  }
}

async function runLogged(options: ProcessOptions, log: CappedLog): Promise<ProcessResult> {
  const { argv, cwd, runId, signal, killSignal, killGraceMs, timeoutMs } = options;
  // The run's id doesn't tell two processes of one run apart, which may live at once on one machine.
  const processId = randomUUID();
  const mark = `${PROCESS_VARIABLE}=${processId}`;
  const pipe = await openOutputPipe();
  const watchdog = startWatchdog(mark);
  const before = readProcessMoment();
  try {
    const env = { ...options.env, CRUNCH_RUN: runId, [PROCESS_VARIABLE]: processId };
    const { groupId, exit } = await startProgram({ argv, cwd, env, output: pipe.writingEnd }).finally(
      pipe.closeWritingEnd,
    );
    watchdog.guard(groupId);
    const ending = endOnRequest(groupId, { signal, killSignal, killGraceMs, timeoutMs });
    const tail = new OutputTail();
    const { secrets = new Secrets(), onLines } = options;
    const output = collectOutput(pipe.reader, { log, tail, secrets, onLines });
    output.catch(ending.killNow);
    const end = await Promise.race([exit, ending.killed.then(() => delay(SURVIVAL_MS, undefined, { ref: false }))]);
    ending.disarm();
    const survivors = await killRemains({ groupId, mark, before }, SURVIVAL_MS);
    if (!end || survivors.length > 0) throw survivorsFault(argv[0], survivors);
    await Promise.race([output, delay(OUTPUT_END_MS, undefined, { ref: false })]);
    return { ...end, tail: tail.text, endedBy: ending.cause() ?? 'itself' };
  } finally {
    watchdog.dismiss();
    pipe.reader.destroy();
  }
}

interface OutputReaders {
  log: CappedLog;
  tail: OutputTail;
  secrets: Secrets;
  onLines?: ProcessOptions['onLines'];
}

async function collectOutput(output: Readable, { log, tail, secrets, onLines }: OutputReaders): Promise<void> {
  const mask = new SecretMask(secrets);
  let lines: string[] = [];
  const splitter = new LineSplitter((line) => lines.push(line));
  const collect = async (shown: Buffer): Promise<void> => {
    await log.write(shown);
    tail.push(shown);
    if (onLines === undefined) return;
    splitter.push(shown);
    await tell();
  };
  const tell = async (): Promise<void> => {
    const told = lines;
    lines = [];
    if (told.length > 0) await onLines?.(told);
  };
  for await (const chunk of output as AsyncIterable<Buffer>) await collect(mask.push(chunk));
  await collect(mask.end());
  splitter.end();
  await tell();
}

function survivorsFault(program: string, survivors: number[]): CrunchError {
  return new CrunchError(
    'host-cannot',
    `Processes of “${program}” survive SIGKILL (${survivors.join(', ')}); a file system that hangs may hold them`,
  );
}
