import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { access, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { lock } from 'proper-lockfile';
import { CrunchError, messageOf } from '../shared/errors/crunch-error.ts';
import { findOnPath, isExecutableFile } from './find-on-path.ts';
import { selectProgramEnvironment } from './program-environment.ts';

const run = promisify(execFile);

/** Also in the Dockerfile. */
export const SNAKEMAKE_VERSION = '9.27.1';

const SNAKEMAKE_REQUIREMENTS = [`snakemake==${SNAKEMAKE_VERSION}`];

const IDENTIFY_TIMEOUT_MS = 60_000;
const INSTALL_TIMEOUT_MS = 20 * 60_000;

/** A second process asks so often whether the first has finished, for longer than an installation may take. */
const LOCK_RETRIES = { retries: 4_800, factor: 1, minTimeout: 500, maxTimeout: 500 };

/** What pip needs besides what any program gets: its settings, and the way to the network. */
const PIP_VARIABLE = /^PIP_|_proxy$/i;

interface ToolOptions {
  env: NodeJS.ProcessEnv;
  cacheFolder: string;
  /** Told what is being done, one short sentence each. */
  onProgress?(message: string): void;
}

interface SnakemakeProgram {
  path: string;
  /** Known of the one that Crunch installed. */
  version?: string;
}

interface VenvOptions {
  /** What it is for; a part of its folder's name. */
  name: string;
  /** As pip takes them: `snakemake==9.27.1`. */
  requirements: readonly string[];
  /** What pins all of them and what they need, each with its checksums: then exactly that is installed. */
  lockFile?: string;
  cacheFolder: string;
  env?: NodeJS.ProcessEnv;
  /** Told what is being done, one short sentence each. */
  onProgress?(message: string): void;
}

/**
 * Snakemake's absolute path: `CRUNCH_SNAKEMAKE`, which is never replaced by another; the one on PATH; else the one in the
 * cache folder, installed there on first use. Raises `missing-tool`.
 */
export async function findSnakemake({ env, cacheFolder, onProgress }: ToolOptions): Promise<SnakemakeProgram> {
  const wish = env.CRUNCH_SNAKEMAKE;
  if (wish) return { path: await requireExecutable(wish) };
  const onPath = await findOnPath('snakemake', env);
  if (onPath) return { path: path.resolve(onPath) };
  try {
    const requirements = SNAKEMAKE_REQUIREMENTS;
    const programs = await ensureVenv({ name: 'snakemake', requirements, cacheFolder, env, onProgress });
    return { path: path.join(programs, 'snakemake'), version: SNAKEMAKE_VERSION };
  } catch (error) {
    throw new CrunchError(
      'missing-tool',
      `Snakemake is not on this computer, and can't be installed: ${messageOf(error)} ` +
        'Or install Snakemake yourself, and have it on PATH or set CRUNCH_SNAKEMAKE to its path.',
      { cause: error },
    );
  }
}

/** The Snakemake that Crunch installed for the Python that is here, if it has. Installs nothing. */
export async function findInstalledSnakemake({ env, cacheFolder }: ToolOptions): Promise<string | undefined> {
  const python = await findPython(env).catch(() => undefined);
  if (python === undefined) return undefined;
  const wanted = { name: 'snakemake', requirements: SNAKEMAKE_REQUIREMENTS, cacheFolder };
  const programs = programsOf(await placeOf(wanted, python.identity));
  return (await isReady(programs)) ? path.join(programs, 'snakemake') : undefined;
}

async function requireExecutable(wish: string): Promise<string> {
  if (await isExecutableFile(wish)) return path.resolve(wish);
  throw new CrunchError(
    'missing-tool',
    `CRUNCH_SNAKEMAKE is “${wish}”, which is not an executable file: correct it, or unset it to use another Snakemake.`,
  );
}

/**
 * The folder of the programs of a Python environment which is kept in the cache folder, and made when it isn't there.
 * Any number of processes may ask at once: one makes it, the others wait, and none ever sees one that is half made.
 * Raises `missing-tool` when Python or what is required can't be had.
 */
export async function ensureVenv(options: VenvOptions): Promise<string> {
  const { name, requirements, lockFile, cacheFolder, env = process.env, onProgress } = options;
  const python = await findPython(env);
  const folder = await placeOf({ name, requirements, lockFile, cacheFolder }, python.identity);
  const programs = programsOf(folder);
  if (await isReady(programs)) return programs;

  const release = await lockFolder(folder);
  try {
    if (await isReady(programs)) return programs;
    await removeLeftovers(folder);
    onProgress?.(`installing ${requirements.join(', ')} (once, for about a minute)`);
    await makeVenv({
      folder,
      ready: path.dirname(programs),
      python: python.path,
      requirements,
      lockFile,
      env: selectInstallerEnvironment(env),
    });
    return programs;
  } finally {
    await release();
  }
}

/** An environment is tied to the Python that made it: another one needs another. */
async function placeOf(
  { name, requirements, lockFile, cacheFolder }: Omit<VenvOptions, 'env' | 'onProgress'>,
  python: string,
): Promise<string> {
  const locked = lockFile === undefined ? [] : [await readFile(lockFile, 'utf8')];
  const key = createHash('sha256').update(JSON.stringify([python, requirements, ...locked]));
  return path.join(cacheFolder, 'python', `${name}-${key.digest('hex').slice(0, 16)}`);
}

/** Where the programs of a finished environment are. */
function programsOf(folder: string): string {
  return path.join(folder, 'ready', 'bin');
}

/** Its interpreter is a link to the Python that made it, which may have been removed since. */
function isReady(programs: string): Promise<boolean> {
  return isExecutableFile(path.join(programs, 'python'));
}

async function findPython(env: NodeJS.ProcessEnv): Promise<{ path: string; identity: string }> {
  const found = await findOnPath('python3', env);
  if (!found) throw missingPython('there is no python3 on PATH');
  const identify = 'import sys, sysconfig; print(sys.version, sys.base_prefix, sysconfig.get_platform())';
  try {
    const { stdout } = await run(found, ['-I', '-c', identify], {
      env: selectProgramEnvironment(env),
      timeout: IDENTIFY_TIMEOUT_MS,
    });
    return { path: path.resolve(found), identity: stdout };
  } catch (error) {
    throw missingPython(`${found} doesn't work: ${lastWords(error)}`, error);
  }
}

/**
 * Only saves work and room: should two processes ever believe to have the lock, each makes a folder of its own. So nobody
 * has to know when it is lost, as it is by a computer that sleeps.
 */
async function lockFolder(folder: string): Promise<() => Promise<void>> {
  try {
    await mkdir(folder, { recursive: true });
    await access(path.dirname(folder), constants.W_OK);
    const release = await lock(folder, { retries: LOCK_RETRIES, onCompromised: () => {} });
    return () => release().catch(() => {});
  } catch (error) {
    throw unusableFolder(folder, error);
  }
}

/** Of installers that were killed; what can't be removed takes room but no harm. */
async function removeLeftovers(folder: string): Promise<void> {
  const names = await readdir(folder);
  await Promise.all(names.map((name) => rm(path.join(folder, name), { recursive: true, force: true }).catch(() => {})));
}

interface VenvParts {
  folder: string;
  /** A link that appears when all is installed. */
  ready: string;
  python: string;
  requirements: readonly string[];
  lockFile?: string;
  env: Record<string, string>;
}

/** A finished environment can't be moved, since its programs name their interpreter's path; so a link is moved to it. */
async function makeVenv({ folder, ready, python, requirements, lockFile, env }: VenvParts): Promise<void> {
  const made = await mkdtemp(path.join(folder, 'made-')).catch((error: unknown) => {
    throw unusableFolder(folder, error);
  });
  const options = { env, timeout: INSTALL_TIMEOUT_MS };
  try {
    await run(python, ['-I', '-m', 'venv', '--clear', made], options).catch((error: unknown) => {
      throw missingPython(`${python} can't make an environment: ${lastWords(error)}`, error);
    });
    const locked = ['--require-hashes', '--only-binary', ':all:', '--requirement', lockFile ?? ''];
    const choice = lockFile === undefined ? ['--', ...requirements] : locked;
    const pip = ['-I', '-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check'];
    await run(path.join(made, 'bin', 'python'), [...pip, ...choice], options).catch((error: unknown) => {
      throw refusedByPip(requirements, python, error);
    });
    await publish(made, ready);
  } catch (error) {
    await rm(made, { recursive: true, force: true });
    throw error;
  }
}

async function publish(made: string, ready: string): Promise<void> {
  const link = `${made}-link`;
  try {
    await symlink(path.basename(made), link);
    await rename(link, ready);
  } catch (error) {
    throw unusableFolder(path.dirname(ready), error);
  }
}

/** A package may run code when it is installed, which gets no secret of ours. */
function selectInstallerEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  const forPip = Object.entries(env).filter(
    (entry): entry is [string, string] => PIP_VARIABLE.test(entry[0]) && entry[1] !== undefined,
  );
  return { ...selectProgramEnvironment(env), ...Object.fromEntries(forPip) };
}

function unusableFolder(folder: string, cause: unknown): CrunchError {
  const isHeld = (cause as NodeJS.ErrnoException).code === 'ELOCKED';
  const reason = isHeld ? 'another process has been installing there for too long' : messageOf(cause);
  return new CrunchError('missing-tool', `Nothing can be installed in ${folder}: ${reason}.`, { cause });
}

function missingPython(reason: string, cause?: unknown): CrunchError {
  const advice = 'Install python3 with the venv module (Debian, Ubuntu: apt install python3-venv).';
  return new CrunchError('missing-tool', `${reason}. ${advice}`, { cause });
}

function refusedByPip(requirements: readonly string[], python: string, cause: unknown): CrunchError {
  return new CrunchError(
    'missing-tool',
    `pip of ${python} can't install ${requirements.join(', ')}: ${lastWords(cause)}. ` +
      'See that the network is there and that this Python is recent enough, and try again.',
    { cause },
  );
}

/** The end of what a program complained about, in one line. */
function lastWords(error: unknown): string {
  const { stderr, stdout, killed } = error as { stderr?: string; stdout?: string; killed?: boolean };
  if (killed) return 'it took too long';
  const lines = (stderr?.trim() || stdout?.trim() || messageOf(error)).split('\n');
  return lines.slice(-3).join(' ').slice(0, 500);
}
