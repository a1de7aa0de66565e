import { execFile, type ExecFileException } from 'node:child_process';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { CrunchError } from '../shared/errors/crunch-error.ts';
import { filePathFault } from '../shared/domain/file-path.ts';
import { resolveRepositoryUrl, type GitAccess } from './resolve-repository-url.ts';

const run = promisify(execFile);

/** A commit's tree may have at most so many bytes; data belong into datasets. */
const MOST_TREE_BYTES = 32 * 1024 * 1024;
/** What git may store while it fetches, before it is stopped. */
const MOST_PACK_BYTES = 4 * MOST_TREE_BYTES;
const PACK_CHECK_MS = 500;
const TIMEOUT_MS = 120_000;

/** Settings of a machine or an account must not change what is fetched, nor lend it credentials. */
const ISOLATION = [
  'protocol.allow=never',
  'credential.helper=',
  'http.followRedirects=false',
  'http.lowSpeedLimit=1000',
  'http.lowSpeedTime=20',
  'core.hooksPath=/dev/null',
  'submodule.recurse=false',
  'gc.auto=0',
];

export interface RepositorySource {
  url: string;
  /** A branch, tag or commit. */
  revision: string;
  /** The workflow file inside the repository. */
  path: string;
}

/** One commit of a repository. */
export interface FetchedRepository {
  commit: string;
  /** All files of the commit; the same commit gives the same bytes. */
  tar: Buffer;
  /** The text of the workflow file. */
  entryText: string;
}

/**
 * Fetches one commit with the server's git, without its history. Throws `invalid-input` for a forbidden or malformed
 * source and for a workflow file that isn't there, `too-large`, and `source-unavailable`.
 */
export async function fetchRepository(
  source: RepositorySource,
  { allow }: { allow: readonly string[] },
): Promise<FetchedRepository> {
  assertRevision(source.revision);
  const fault = filePathFault(source.path);
  if (fault !== undefined)
    throw new CrunchError('invalid-input', `The path of the workflow ${fault}: “${source.path}”.`);
  const access = await resolveRepositoryUrl(source.url, allow);
  const folder = await mkdtemp(path.join(tmpdir(), 'crunch-repository-'));
  try {
    const git = (...args: string[]) => runGit(folder, access, args, source);
    await git('init', '--quiet', '--bare', '.');
    await fetchBounded(folder, source, (signal) =>
      runGit(
        folder,
        access,
        ['fetch', '--quiet', '--depth=1', '--no-tags', '--', source.url, source.revision],
        source,
        signal,
      ),
    );
    const commit = (await git('rev-parse', '--verify', 'FETCH_HEAD^{commit}')).toString().trim();
    const entryText = await readEntry(git, commit, source);
    return { commit, entryText, tar: await git('archive', '--format=tar', commit) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A revision is a refspec for git: its `:`, `+` and `-` would mean something. */
function assertRevision(revision: string): void {
  if (/^[A-Za-z0-9_][\w./-]*$/.test(revision) && !revision.includes('..')) return;
  throw new CrunchError('invalid-input', `“${revision}” is not a revision: give a branch, a tag or a commit.`);
}

type Git = (...args: string[]) => Promise<Buffer>;

async function readEntry(git: Git, commit: string, source: RepositorySource): Promise<string> {
  const listed = await git('ls-tree', '-z', commit, '--', source.path);
  if (!/^100(644|755) blob /.test(listed.toString())) {
    throw new CrunchError('invalid-input', `${source.url} has no file “${source.path}” at ${source.revision}.`);
  }
  return (await git('cat-file', 'blob', `${commit}:${source.path}`)).toString();
}

/** git has no limit for what it fetches, so its folder is watched meanwhile. */
async function fetchBounded(
  folder: string,
  source: RepositorySource,
  fetchPack: (signal: AbortSignal) => Promise<unknown>,
): Promise<void> {
  const tooMuch = new AbortController();
  const watch = setInterval(() => {
    void packBytes(folder).then((bytes) => bytes > MOST_PACK_BYTES && tooMuch.abort(tooLarge(source)));
  }, PACK_CHECK_MS);
  try {
    await fetchPack(tooMuch.signal);
  } finally {
    clearInterval(watch);
  }
}

async function packBytes(folder: string): Promise<number> {
  const packs = path.join(folder, 'objects', 'pack');
  const names = await readdir(packs).catch(() => []);
  // Files come and go while git works.
  const sizes = await Promise.all(
    names.map((name) =>
      stat(path.join(packs, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function runGit(
  folder: string,
  access: GitAccess,
  args: string[],
  source: RepositorySource,
  signal?: AbortSignal,
): Promise<Buffer> {
  const settings = [...ISOLATION, ...access.settings].flatMap((setting) => ['-c', setting]);
  const env = {
    PATH: process.env['PATH'],
    HOME: folder,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    LC_ALL: 'C',
    ...access.env,
  };
  const limits = { timeout: TIMEOUT_MS, maxBuffer: MOST_TREE_BYTES, killSignal: 'SIGKILL' as const };
  try {
    const { stdout } = await run('git', [...settings, ...args], {
      cwd: folder,
      env,
      signal,
      encoding: 'buffer',
      ...limits,
    });
    return stdout;
  } catch (error) {
    throw translate(error as ExecFileException & { stderr?: Buffer }, source, signal);
  }
}

function translate(
  error: ExecFileException & { stderr?: Buffer },
  source: RepositorySource,
  signal?: AbortSignal,
): Error {
  if (signal?.aborted) return signal.reason as CrunchError;
  const code: unknown = error.code;
  if (code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return tooLarge(source);
  if (code === 'ENOENT') return unavailable(source, 'the server has no git; install it there', error);
  if (error.killed) return unavailable(source, `git took longer than ${TIMEOUT_MS / 1000} s`, error);
  const words = error.stderr?.toString().trim().split('\n').at(-1)?.slice(0, 300);
  return unavailable(source, words || 'git failed', error);
}

function unavailable({ url, revision }: RepositorySource, reason: string, cause: unknown): CrunchError {
  return new CrunchError('source-unavailable', `Can't fetch ${revision} of ${url}: ${reason}.`, { cause });
}

function tooLarge({ url, revision }: RepositorySource): CrunchError {
  const limit = MOST_TREE_BYTES / 1024 / 1024;
  return new CrunchError(
    'too-large',
    `${url} at ${revision} is larger than ${limit} MiB; keep data in datasets instead.`,
  );
}
