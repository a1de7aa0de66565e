import { readFileSync } from 'node:fs';

/** A point in the order in which Linux starts processes. */
export interface ProcessMoment {
  /** The last process or thread that was started. */
  lastPid: number;
  /** How many were started since the machine was. */
  started: number;
}

/** Takes note of now; undefined where the system doesn't tell. */
export function readProcessMoment(): ProcessMoment | undefined {
  try {
    const lastPid = Number(/(\d+)\s*$/.exec(readFileSync('/proc/loadavg', 'latin1'))?.[1]);
    const started = Number(/^processes (\d+)$/m.exec(readFileSync('/proc/stat', 'latin1'))?.[1]);
    return Number.isInteger(lastPid) && Number.isInteger(started) ? { lastPid, started } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Tells of a process whether it may have been started after `then`, so that only few have to be looked at: Linux gives
 * numbers in a circle, one after the other. Where so many were started since that the circle may have been closed, any
 * may be.
 */
export function startedSince(then: ProcessMoment | undefined): (pid: number) => boolean {
  const now = readProcessMoment();
  if (!then || !now || now.started - then.started > readLargestPid() / 2) return () => true;
  return isBetween(then.lastPid, now.lastPid);
}

/** On the circle of numbers, behind `first` and not behind `last`. */
export function isBetween(first: number, last: number): (pid: number) => boolean {
  return first <= last ? (pid) => pid > first && pid <= last : (pid) => pid > first || pid <= last;
}

function readLargestPid(): number {
  return Number(readFileSync('/proc/sys/kernel/pid_max', 'latin1'));
}
