import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT, runProgram } from './run-program.mjs';

/**
 * Runs `npm ci` when an npm package of the lock file is absent or of another version. Older versions of npm run scripts of
 * packages unless they are told not to; none of ours needs one.
 */
export async function installPackages() {
  if (packagesAreInstalled()) return;
  console.error('Installing npm packages');
  const { exitCode, output } = await runProgram('npm', ['ci', '--ignore-scripts', '--no-progress'], { show: true });
  if (exitCode !== 0) throw new Error(`npm ci failed with exit code ${exitCode}. ${output}`);
}

function packagesAreInstalled() {
  const installedLock = path.join(ROOT, 'node_modules/.package-lock.json');
  if (!existsSync(installedLock)) return false;
  const installed = JSON.parse(readFileSync(installedLock, 'utf8')).packages;
  const wanted = JSON.parse(readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(wanted).every(
    ([place, entry]) => place === '' || entry.optional || installed[place]?.version === entry.version,
  );
}
