import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { throwIfAborted } from '../../platform/throw-if-aborted.ts';
import { newProcessMark, processOf } from './process-mark.ts';

/** The lock of a process on another machine counts as left behind when it has not changed hands for this long. */
const STALE_MS = 30_000;
const WAIT_MS = 90_000;

interface LockOptions {
  signal?: AbortSignal;
  staleMs?: number;
}

/**
 * Does `action` while no other process that uses the same lock file does. The lock of a dead process of this machine is
 * broken at once, one of another machine after `staleMs` by this process's own clock, since clocks of machines differ.
 * `action` calls `assertHeld` right before what it must do alone: a process that was stopped for long may have lost
 * the lock. Throws `storage-unavailable` when the lock is lost or can't be had in time.
 */
export async function withFileLock<T>(
  lockFile: string,
  action: (assertHeld: () => Promise<void>) => Promise<T>,
  { signal, staleMs = STALE_MS }: LockOptions = {},
): Promise<T> {
  const owner = newProcessMark();
  await acquire(lockFile, owner, staleMs, signal);
  try {
    return await action(async () => {
      if ((await readOwner(lockFile)) !== owner) throw lockProblem('was lost while it was held');
    });
  } finally {
    if ((await readOwner(lockFile)) === owner) await rm(lockFile, { force: true });
  }
}

async function acquire(lockFile: string, owner: string, staleMs: number, signal?: AbortSignal): Promise<void> {
  const startedAt = performance.now();
  let seen = { owner: '', since: startedAt };
  while (!(await createLock(lockFile, owner))) {
    throwIfAborted(signal);
    const now = performance.now();
    const holder = await readOwner(lockFile);
    if (holder !== seen.owner) seen = { owner: holder ?? '', since: now };
    if (holder !== undefined && isLeftBehind(holder, now - seen.since, staleMs)) await breakLock(lockFile);
    else if (now - startedAt > WAIT_MS) throw lockProblem('is held by another process');
    else await sleep(2 + Math.random() * 20);
  }
}

function isLeftBehind(holder: string, unchangedMs: number, staleMs: number): boolean {
  const holderState = processOf(holder);
  return holderState === 'gone' || (holderState === 'unknown' && unchangedMs > staleMs);
}

async function createLock(lockFile: string, owner: string): Promise<boolean> {
  try {
    await writeFile(lockFile, owner, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function readOwner(lockFile: string): Promise<string | undefined> {
  try {
    return await readFile(lockFile, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Moves the lock away, so that only one of several processes that break it does. When that meets a lock which somebody
 * has taken in between, its owner notices by `assertHeld`.
 */
async function breakLock(lockFile: string): Promise<void> {
  const broken = `${lockFile}.${newProcessMark()}`;
  try {
    await rename(lockFile, broken);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  await rm(broken, { force: true });
}

function lockProblem(problem: string): CrunchError {
  return new CrunchError('storage-unavailable', `The lock of a file in the storage folder ${problem}. Try again.`);
}
