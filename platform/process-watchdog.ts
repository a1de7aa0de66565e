import { spawn } from 'node:child_process';

/**
 * Waits for the end of its stdin, whose other end only the host holds: the system closes it when the host dies,
 * however it dies. Lines on stdin: the process group as soon as it is known, `done` when there is nothing to kill any
 * more. Argument: the mark. The scan is repeated, since the program may have been starting or forking in that moment.
 */
const WATCH = `
group=
while read -r word; do
  [ "$word" = done ] && exit
  group=$word
done
for round in 1 2 3 4 5; do
  [ -n "$group" ] && kill -KILL -- "-$group"
  for environment in $(grep -lsF -- "$1" /proc/[0-9]*/environ); do
    pid=\${environment#/proc/}
    kill -KILL "\${pid%/environ}"
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

/** Starts a watchdog, before the program itself, for the program that carries `mark` in its environment. */
export function startWatchdog(mark: string): Watchdog {
  const shell = spawn('/bin/sh', ['-c', WATCH, 'crunch-watchdog', mark], {
    // A group of its own: what ends the host's group (a closed terminal, Ctrl-C) must not end the watchdog.
    detached: true,
    cwd: '/',
    env: { PATH: process.env.PATH },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // Writing to a watchdog that somebody has killed fails; the program then runs on without one.
  shell.on('error', () => undefined);
  shell.stdin.on('error', () => undefined);
  shell.unref();
  return {
    guard: (groupId) => shell.stdin.write(`${groupId}\n`),
    dismiss: () => shell.stdin.end('done\n'),
  };
}
