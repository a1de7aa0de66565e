import { mkdir } from 'node:fs/promises';
import { BUILD_STEPS } from './build-steps.mjs';
import { installPackages } from './install-packages.mjs';
import { BUILD_STATE, runWhenChanged } from './run-when-changed.mjs';

/** A build that is busy for so long without touching its lock counts as dead. */
const STALE_MS = 60_000;

/** Installs and builds what is absent or out of date, with a line for each step. */
export async function buildProject() {
  await installPackages();
  console.error('Building');
  await alone(async () => {
    for (const step of BUILD_STEPS) await runWhenChanged(step);
  });
}

/** Two builds at once, of `npm test` and `npm run demo` say, would leave a mixture; the second waits. */
async function alone(work) {
  const { lock } = await import('proper-lockfile');
  await mkdir(BUILD_STATE, { recursive: true });
  const retries = { forever: true, minTimeout: 200, maxTimeout: 200 };
  const release = await lock(BUILD_STATE, { retries, stale: STALE_MS });
  try {
    await work();
  } finally {
    await release();
  }
}
