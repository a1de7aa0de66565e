import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * What tells a process from every other that has or will have its number: when it started, since numbers come again.
 * Returns nothing when there is no such process, or only a dead one that nobody has reaped.
 */
export function identifyProcess(pid: number): string | undefined {
  try {
    return process.platform === 'linux' ? readLinuxIdentity(pid) : readPortableIdentity(pid);
  } catch {
    return undefined;
  }
}

function readLinuxIdentity(pid: number): string | undefined {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  // The second field, the name in brackets, may hold blanks and brackets itself.
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (state === 'Z' || state === 'X') return undefined;
  const startTicks = fields[18];
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  return `${boot} ${startTicks}`;
}

function readPortableIdentity(pid: number): string | undefined {
  const [state, ...start] = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' })
    .trim()
    .split(/\s+/);
  return state?.startsWith('Z') ? undefined : start.join(' ');
}
