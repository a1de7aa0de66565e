import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { CrunchError, messageOf } from '../../shared/errors/crunch-error.ts';
import { findOnPath } from '../../platform/find-on-path.ts';

const run = promisify(execFile);

const INSTALL_TIMEOUT_MS = 5 * 60_000;

/** Where administrators' programs lie, which not every PATH has. */
const ADMIN_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

interface DebianProgram {
  program: string;
  /** The Debian package that has it. */
  package: string;
  /** What the tests use it for. */
  purpose: string;
}

/**
 * The path of a program of the system, installed from its Debian package when it isn't there and this is root.
 * Throws `missing-tool` when it can't be had.
 */
export async function findDebianProgram({ program, package: name, purpose }: DebianProgram): Promise<string> {
  const found = await find(program);
  if (found) return found;
  try {
    const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, timeout: INSTALL_TIMEOUT_MS };
    await run('apt-get', ['update', '--quiet'], options);
    await run('apt-get', ['install', '--yes', '--quiet', '--no-install-recommends', name], options);
  } catch (error) {
    const problem = `${program}, ${purpose}, is not there and can't be installed: ${messageOf(error)}`;
    throw new CrunchError('missing-tool', `${problem}. Install the Debian package ${name}, or run the tests as root.`);
  }
  const installed = await find(program);
  if (!installed) throw new CrunchError('missing-tool', `the Debian package ${name} has no ${program}, ${purpose}`);
  return installed;
}

function find(program: string): Promise<string | undefined> {
  return findOnPath(program, { PATH: [process.env.PATH, ...ADMIN_FOLDERS].join(path.delimiter) });
}
