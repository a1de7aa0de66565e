import { spawn, type ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';

/**
 * Waits for the end of its stdin, whose other end only the host holds: the system closes it when the host dies,
 * however it dies. Lines on stdin: `watch MARK` and, as soon as it is known, `watch MARK GROUP`; `forget MARK` when there
 * is nothing to kill any more. The scan is repeated, since a program may have been starting or forking in that moment.
 */
const WATCH = `
watched=
while read -r verb mark group; do
  kept=
  for entry in $watched; do
    [ "\${entry%:*}" = "$mark" ] || kept="$kept $entry"
  done
  [ "$verb" = watch ] && kept="$kept $mark:$group"
  watched=$kept
done
[ -n "$watched" ] || exit 0
for round in 1 2 3 4 5; do
  for entry in $watched; do
    group=\${entry##*:}
    [ -n "$group" ] && kill -KILL -- "-$group"
    for environment in $(grep -lsF -- "\${entry%:*}" /proc/[0-9]*/environ); do
      pid=\${environment#/proc/}
      kill -KILL "\${pid%/environ}"
    done
  done
  sleep 0.2
done
`;

/** Sees to it that a program doesn't outlive this process. */
export interface Watchdog {
  /** Tells the process group to kill. Before that, the program is found by its mark (on Linux). */
  guard(groupId: number): void;
  /** The program has ended: nothing is killed any more. */
  dismiss(): void;
}

let shell: ChildProcess | undefined;

/**
 * Has a program watched, before it is started, that carries `mark` (`NAME=value`, without blanks and colons) in its
 * environment. One shell watches all programs of this process: starting a process is dear.
 */
export function startWatchdog(mark: string): Watchdog {
  tell(`watch ${mark}`);
  return {
    guard: (groupId) => tell(`watch ${mark} ${groupId}`),
    dismiss: () => tell(`forget ${mark}`),
  };
}

function tell(line: string): void {
  // Somebody may have killed it; what it watched then runs on without it.
  if (!shell || shell.exitCode !== null || shell.signalCode !== null) shell = startShell();
  shell.stdin?.write(`${line}\n`);
}

function startShell(): ChildProcess {
  const started = spawn('/bin/sh', ['-c', WATCH, 'crunch-watchdog'], {
    // A group of its own: what ends the host's group (a closed terminal, Ctrl-C) must not end the watchdog.
    detached: true,
    cwd: '/',
    env: { PATH: process.env.PATH },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  started.on('error', () => undefined);
  started.stdin.on('error', () => undefined);
  started.unref();
  (started.stdin as Socket).unref();
  return started;
}
