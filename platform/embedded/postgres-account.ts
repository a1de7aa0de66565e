import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { CrunchError } from '../../shared/errors/crunch-error.ts';

/** The account under which PostgreSQL runs; empty where that is the own one. */
export interface PostgresAccount {
  uid?: number;
  gid?: number;
}

const OTHERS_ENTER = 0o001;
const OTHERS_READ = 0o004;

/** PostgreSQL refuses to run as root, so there it runs as `nobody`. */
export async function choosePostgresAccount(): Promise<PostgresAccount> {
  if (process.getuid?.() !== 0) return {};
  const [uid, gid] = await Promise.all([readId('-u'), readId('-g')]);
  return { uid, gid };
}

/** Whether the account may enter every folder on the way to `folder`, and read the folder itself. */
export async function mayRead(account: PostgresAccount, folder: string): Promise<boolean> {
  return (await mayEnter(account, folder)) && (account.uid === undefined || allows(folder, OTHERS_READ));
}

/** Whether the account may enter every folder on the way to `folder`, and `folder`. */
export async function mayEnter(account: PostgresAccount, folder: string): Promise<boolean> {
  if (account.uid === undefined) return true;
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    if (!(await allows(at, OTHERS_ENTER))) return false;
    if (at === path.dirname(at)) return true;
  }
}

async function allows(folder: string, permission: number): Promise<boolean> {
  return ((await stat(folder)).mode & permission) !== 0;
}

async function readId(option: '-u' | '-g'): Promise<number> {
  try {
    const { stdout } = await promisify(execFile)('id', [option, 'nobody']);
    return Number(stdout.trim());
  } catch (cause) {
    throw new CrunchError(
      'missing-tool',
      'PostgreSQL does not run as root, and this system has no account “nobody” to run it as. ' +
        'Start Crunch as an ordinary user.',
      { cause },
    );
  }
}
