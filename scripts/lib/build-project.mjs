import { BUILD_STEPS } from './build-steps.mjs';
import { installPackages } from './install-packages.mjs';
import { runWhenChanged } from './run-when-changed.mjs';

/** Installs and builds what is absent or out of date, with a line for each step. */
export async function buildProject() {
  await installPackages();
  console.log('Building');
  for (const step of BUILD_STEPS) await runWhenChanged(step);
}
