import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { access, chown, mkdir, readFile, readlink, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { CrunchError, messageOf } from '../../shared/errors/crunch-error.ts';
import { mayEnter, type PostgresAccount } from './postgres-account.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';
import { writePrivateFile } from '../write-private-file.ts';

/** PostgreSQL's own name for a folder of databases. */
export interface PostgresCluster {
  /** PostgreSQL's data directory, without links on the way. */
  folder: string;
  user: string;
  password: string;
}

const USER = 'crunch';

/** Where root keeps databases whose own place can't be entered by the account that runs PostgreSQL. */
const ROOT_DATABASES = '/var/lib/crunch';

/**
 * Opens the cluster below a data folder and makes it when there is none:
 *
 * - `pgdata`: PostgreSQL's data directory, or a link to it
 * - `password`: of the one user, readable to the owner only
 */
export async function openPostgresCluster(
  dataFolder: string,
  binaries: PostgresBinaries,
  account: PostgresAccount,
  onProgress: (message: string) => void,
): Promise<PostgresCluster> {
  await mkdir(dataFolder, { recursive: true, mode: account.uid === undefined ? 0o700 : 0o711 });
  const password = await keepPassword(path.join(dataFolder, 'password'));
  const place = path.join(dataFolder, 'pgdata');
  await requireTarget(place);
  if (!(await exists(place))) {
    onProgress('making the database');
    await makeCluster(place, password, binaries, account);
  }
  return { folder: await realpath(place), user: USER, password };
}

/** Where the databases went missing behind a link, an empty one in their place would hide that. */
async function requireTarget(place: string): Promise<void> {
  const target = await readlink(place).catch(() => undefined);
  if (target === undefined || (await exists(target))) return;
  throw new CrunchError(
    'internal',
    `The database lies in ${target}, which is missing. Restore it, or remove ${place} to begin with an empty one.`,
  );
}

async function keepPassword(file: string): Promise<string> {
  if (!(await exists(file))) await writePrivateFile(file, randomBytes(24).toString('base64url'));
  return readFile(file, 'utf8');
}

async function makeCluster(
  place: string,
  password: string,
  binaries: PostgresBinaries,
  account: PostgresAccount,
): Promise<void> {
  if (await mayEnter(account, path.dirname(place))) return initializeCluster(place, password, binaries, account);
  const folder = path.join(ROOT_DATABASES, nameFor(password));
  if (!(await exists(folder))) {
    await mkdir(ROOT_DATABASES, { recursive: true, mode: 0o755 });
    await initializeCluster(folder, password, binaries, account);
  }
  await symlink(folder, place);
}

/** The same at each attempt for one data folder, and another for one that was removed and made anew. */
function nameFor(password: string): string {
  return `postgres-${createHash('sha256').update(password).digest('hex').slice(0, 12)}`;
}

/** The cluster appears in its place when it is whole, so that one left half made is never taken for one. */
async function initializeCluster(
  folder: string,
  password: string,
  binaries: PostgresBinaries,
  account: PostgresAccount,
): Promise<void> {
  const unfinished = `${folder}.new`;
  const passwordFile = `${folder}.password`;
  await rm(unfinished, { recursive: true, force: true });
  await rm(passwordFile, { force: true });
  await mkdir(unfinished, { mode: 0o700 });
  await writeFile(passwordFile, password, { mode: 0o600 });
  try {
    await giveTo(account, unfinished, passwordFile);
    await runInitdb(unfinished, passwordFile, binaries, account);
  } finally {
    await rm(passwordFile, { force: true });
  }
  await rename(unfinished, folder);
}

async function giveTo(account: PostgresAccount, ...files: string[]): Promise<void> {
  const { uid, gid } = account;
  if (uid === undefined || gid === undefined) return;
  await Promise.all(files.map((file) => chown(file, uid, gid)));
}

async function runInitdb(
  folder: string,
  passwordFile: string,
  binaries: PostgresBinaries,
  account: PostgresAccount,
): Promise<void> {
  const options = [
    ...['-D', folder, '-U', USER, `--pwfile=${passwordFile}`, '--auth=scram-sha-256'],
    ...['-E', 'UTF8', '--locale-provider=builtin', '--locale=C.UTF-8', '--builtin-locale=C.UTF-8', '--no-sync'],
  ];
  try {
    await promisify(execFile)(binaries.initdb, options, { ...account, cwd: folder, env: postgresEnvironment() });
  } catch (cause) {
    const { stderr } = cause as { stderr?: string };
    throw new CrunchError(
      'internal',
      `The database could not be made in ${folder}: ${stderr?.trim() || messageOf(cause)}`,
      {
        cause,
      },
    );
  }
}

/** What PostgreSQL's programs get of the environment: nothing that holds secrets. */
export function postgresEnvironment(): NodeJS.ProcessEnv {
  const { PATH, SystemRoot, TEMP } = process.env;
  return { PATH, SystemRoot, TEMP, LC_ALL: 'C' };
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
