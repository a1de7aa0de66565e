import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { startedSince, type ProcessMoment } from './process-moment.ts';

const RESCAN_MS = 20;

/** Sends a signal to each process of a group; 0 only asks. Returns false when the group has no process any more. */
export function signalGroup(groupId: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-groupId, signal);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** How to find everything of a program. */
export interface ProgramMarks {
  groupId: number;
  /** `NAME=value` in the environment of the program and of all that it started. */
  mark: string;
  /** Before the program was started. */
  before: ProcessMoment | undefined;
}

/**
 * Kills what is left of a group and, on Linux, every process that carries the mark in its environment: a
 * daemon leaves the group, but not its environment. Repeats until none is left, since strays may be forking.
 * Returns those that still live after `patienceMs`, such as processes that hang in a file system.
 */
export async function killRemains(program: ProgramMarks, patienceMs: number): Promise<number[]> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const remains = findRemains(program);
    if (remains.length === 0 || performance.now() > deadline) return remains;
    signalGroup(program.groupId, 'SIGKILL');
    for (const pid of remains) killProcess(pid);
    await delay(RESCAN_MS);
  }
}

function findRemains({ groupId, mark, before }: ProgramMarks): number[] {
  const groupLives = signalGroup(groupId, 0);
  if (process.platform !== 'linux') return groupLives ? [groupId] : [];
  return readdirSync('/proc')
    .map(Number)
    .filter(startedSince(before))
    .filter((pid) => pid > 0 && (carriesMark(pid, mark) || (groupLives && isLivingMember(pid, groupId))));
}

function carriesMark(pid: number, mark: string): boolean {
  return `\0${readProcessFile(pid, 'environ')}`.includes(`\0${mark}\0`);
}

/** Dead processes that nobody has reaped stay in their group, but do nothing any more. */
function isLivingMember(pid: number, groupId: number): boolean {
  const stat = readProcessFile(pid, 'stat');
  const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(group) === groupId && state !== 'Z' && state !== 'X';
}

/** Empty for a process that has ended or belongs to somebody else. */
function readProcessFile(pid: number, name: 'environ' | 'stat'): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'latin1');
  } catch {
    return '';
  }
}

function killProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
