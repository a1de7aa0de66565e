import { installPackages } from './install-packages.mjs';
import { runWhenChanged } from './run-when-changed.mjs';

/** Installs and builds what is absent or out of date, with a line for each step. */
export async function buildProject() {
  await installPackages();
  console.log('Building');
  // Only now, since the steps import what npm installs.
  const { BUILD_STEPS } = await import('./build-steps.mjs');
  for (const step of BUILD_STEPS) await runWhenChanged(step);
}
