import { readlinkSync } from 'node:fs';
import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { lock } from 'proper-lockfile';
import { z } from 'zod';
import { CrunchError, messageOf } from '../shared/errors/crunch-error.ts';
import { identifyProcess } from './process-identity.ts';

/** Who has a folder to itself. */
const Holder = z.object({
  pid: z.int(),
  /** By which the process is told from a later one with its number. */
  identity: z.string(),
  /** Within which process numbers mean something: a machine, or a container on it. */
  machine: z.string(),
  hostname: z.string(),
});
type Holder = z.infer<typeof Holder>;

/** A folder that this process has to itself. */
export interface FolderLock {
  release(): Promise<void>;
}

const LOCK_FILE = '.crunch-lock';
const BEAT_MS = 10_000;
/** How long the holder on another machine, whose processes can't be seen from here, may be silent. */
const SILENCE_MS = 45_000;
/** Taking a lock is a matter of milliseconds; who takes longer has been killed. */
const TAKING_MS = 5_000;

/**
 * Takes an existing folder for this process alone. A holder that was killed is noticed at once on its own machine, and
 * by its silence where several machines share the folder. Raises `already-running`, which tells who has it.
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const file = path.join(folder, LOCK_FILE);
  const me = describeSelf();
  await takeAlone(folder, () => becomeHolder(file, me));
  const ifStillMine = async (work: () => Promise<void>) => {
    if (isDeepStrictEqual(await readHolder(file), me)) await work();
  };
  const beat = setInterval(() => {
    // A missed beat is made good by the next one.
    ifStillMine(() => writeFile(file, JSON.stringify(me))).catch(() => undefined);
  }, BEAT_MS);
  beat.unref();
  return {
    release: async () => {
      clearInterval(beat);
      await ifStillMine(() => rm(file, { force: true }));
    },
  };
}

/** Of all that try to take the folder, one looks and decides at a time. */
async function takeAlone(folder: string, take: () => Promise<void>): Promise<void> {
  const release = await lock(folder, {
    lockfilePath: path.join(folder, `${LOCK_FILE}.taking`),
    stale: TAKING_MS,
    retries: { retries: 400, minTimeout: 20, maxTimeout: 50 },
  }).catch((error: unknown) => {
    throw new CrunchError('invalid-input', `The folder ${folder} can't be used: ${messageOf(error)}`, { cause: error });
  });
  try {
    await take();
  } finally {
    await release();
  }
}

function describeSelf(): Holder {
  const identity = identifyProcess(process.pid) ?? '';
  return { pid: process.pid, identity, machine: describeMachine(identity), hostname: hostname() };
}

function describeMachine(identity: string): string {
  if (process.platform !== 'linux') return hostname();
  const [boot] = identity.split(' ');
  return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
}

async function becomeHolder(file: string, me: Holder): Promise<void> {
  const claim = `${file}.claim`;
  await writeFile(claim, JSON.stringify(me));
  try {
    const holder = await readHolder(file);
    if (holder && (await isAlive(holder, file, claim, me))) throw alreadyRunning(file, holder);
    await rename(claim, file);
  } finally {
    await rm(claim, { force: true });
  }
}

async function readHolder(file: string): Promise<Holder | undefined> {
  try {
    return Holder.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    // Nobody, or a file that a crash of the machine left without content.
    return undefined;
  }
}

async function isAlive(holder: Holder, file: string, claim: string, me: Holder): Promise<boolean> {
  if (holder.machine === me.machine) return identifyProcess(holder.pid) === holder.identity;
  // Both times are the file system's: the clocks of two machines may differ.
  const [beaten, now] = await Promise.all([stat(file), stat(claim)]);
  return now.mtimeMs - beaten.mtimeMs < SILENCE_MS;
}

function alreadyRunning(file: string, { pid, hostname: machine }: Holder): CrunchError {
  return new CrunchError(
    'already-running',
    `The folder ${path.dirname(file)} is in use by process ${pid} on ${machine}: end that one, or use another folder`,
  );
}
