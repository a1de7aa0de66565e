import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { identifyProcess } from '../../platform/process-identity.ts';

/** One boot of one machine (or of one container on it): within it a process id means one process at a time. */
export const MACHINE = digest(JSON.stringify([hostname(), bootId(), processNamespace()]));

const OWN_PROCESS = [MACHINE, process.pid, processDigest(process.pid)].join('.');

/** A new name that is unique and tells which process it belongs to. */
export function newProcessMark(): string {
  return `${OWN_PROCESS}.${randomBytes(8).toString('hex')}`;
}

/** What is known of the process whose mark it is; of one on another machine it is nothing. */
export function processOf(mark: string): 'gone' | 'alive' | 'unknown' {
  const [machine, pidText, identity] = mark.split('.');
  const pid = Number(pidText);
  if (machine !== MACHINE || !Number.isInteger(pid) || pid <= 0) return 'unknown';
  return processDigest(pid) === identity ? 'alive' : 'gone';
}

/** Tells a process from a later one with the same id; the digest of nothing when there is none. */
function processDigest(pid: number): string {
  return digest(identifyProcess(pid) ?? '');
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8');
  } catch {
    return '';
  }
}

function processNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}
