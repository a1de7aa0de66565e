import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** One boot of one machine (or of one container on it): within it a process id means one process. */
export const MACHINE = createHash('sha256')
  .update(JSON.stringify([hostname(), bootId(), processNamespace()]))
  .digest('hex')
  .slice(0, 16);

/** A new name that is unique and tells which process it belongs to. */
export function newProcessMark(): string {
  return [MACHINE, process.pid, startTime(process.pid), randomBytes(8).toString('hex')].join('.');
}

/** Whose mark it is: `gone` and `alive` are sure, of a process on another machine nothing is known. */
export function processOf(mark: string): 'gone' | 'alive' | 'unknown' {
  const [machine, pidText, startedAt] = mark.split('.');
  const pid = Number(pidText);
  if (machine !== MACHINE || !Number.isInteger(pid) || pid <= 0) return 'unknown';
  return isRunning(pid) && startTime(pid) === startedAt ? 'alive' : 'gone';
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Tells a process from a later one with the same id; always `0` where the system has no /proc. */
function startTime(pid: number): string {
  const text = readSystemFile(`/proc/${pid}/stat`);
  // The name of the program, in brackets, may hold blanks and brackets; the start time is the 20th field after it.
  return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? '0';
}

function bootId(): string {
  return readSystemFile('/proc/sys/kernel/random/boot_id');
}

function processNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

function readSystemFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
