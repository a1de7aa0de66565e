import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { CrunchError } from '../shared/errors/crunch-error.ts';
import { identifyProcess } from './process-identity.ts';

const RememberedProcess = z.object({ pid: z.int().positive(), identity: z.string() });
type RememberedProcess = z.infer<typeof RememberedProcess>;

const TERM_MS = 10_000;
const KILL_MS = 5_000;
const POLL_MS = 20;

/** Writes down which process was started, for the case that nobody is left to end it. */
export async function rememberProcess(file: string, pid: number): Promise<void> {
  const identity = identifyProcess(pid);
  if (identity === undefined) return;
  await writeFile(`${file}.new`, JSON.stringify({ pid, identity } satisfies RememberedProcess));
  await rename(`${file}.new`, file);
}

/** Ends the process that a file remembers, unless it has ended, even if its number belongs to another one by now. */
export async function endLeftProcess(file: string): Promise<void> {
  const remembered = await readRemembered(file);
  if (remembered && !(await endProcess(remembered))) {
    throw new CrunchError('already-running', `The process ${remembered.pid}, left running, can't be ended: end it`);
  }
  await rm(file, { force: true });
}

async function readRemembered(file: string): Promise<RememberedProcess | undefined> {
  try {
    return RememberedProcess.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    // No file, or one that a crash of the machine left without content.
    return undefined;
  }
}

async function endProcess(remembered: RememberedProcess): Promise<boolean> {
  return (await signalAndWait(remembered, 'SIGTERM', TERM_MS)) || signalAndWait(remembered, 'SIGKILL', KILL_MS);
}

async function signalAndWait({ pid, identity }: RememberedProcess, signal: NodeJS.Signals, patienceMs: number) {
  const deadline = performance.now() + patienceMs;
  const isAlive = () => identifyProcess(pid) === identity;
  if (isAlive()) process.kill(pid, signal);
  while (isAlive() && performance.now() < deadline) await delay(POLL_MS);
  return !isAlive();
}
