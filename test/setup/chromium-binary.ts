import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { findOnPath, isExecutableFile } from '../../platform/find-on-path.ts';
import { CrunchError, messageOf } from '../../shared/errors/crunch-error.ts';

/** Where Debian's package puts it. */
const DEBIAN_BINARY = '/usr/bin/chromium';
const INSTALL_TIMEOUT_MS = 5 * 60_000;

const run = promisify(execFile);

/**
 * The path of a Chromium: the one on PATH, else Debian's, which is installed where root may do that. Throws
 * `missing-tool` when it can't be had.
 */
export async function findChromium(): Promise<string> {
  for (const name of ['chromium', 'chromium-browser', 'google-chrome']) {
    const found = await findOnPath(name, process.env);
    if (found !== undefined) return found;
  }
  const apt = await findOnPath('apt-get', process.env);
  if (apt === undefined || process.getuid?.() !== 0) throw missing('there is no “chromium” on PATH');
  try {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    await run(apt, ['update', '--quiet'], { env, timeout: INSTALL_TIMEOUT_MS });
    const install = ['install', '--quiet', '--yes', '--no-install-recommends', 'chromium'];
    await run(apt, install, { env, timeout: INSTALL_TIMEOUT_MS, maxBuffer: 64 * 1024 * 1024 });
  } catch (error) {
    throw missing(messageOf(error));
  }
  if (await isExecutableFile(DEBIAN_BINARY)) return DEBIAN_BINARY;
  throw missing('the package “chromium” has another place for it');
}

function missing(reason: string): CrunchError {
  return new CrunchError('missing-tool', `Chromium, which drives the pages in tests, can't be had: ${reason}.`);
}
