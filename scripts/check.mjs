// `npm run check`: everything about the sources that can be told without running them.
import { GENERATE_CATALOG_CLIENT } from './lib/build-steps.mjs';
import { CHECKS } from './lib/checks.mjs';
import { installPackages } from './lib/install-packages.mjs';
import { runChecks } from './lib/run-checks.mjs';
import { runScript } from './lib/run-script.mjs';
import { runWhenChanged } from './lib/run-when-changed.mjs';

await runScript(async () => {
  await installPackages();
  console.log('Checking');
  await runWhenChanged(GENERATE_CATALOG_CLIENT);
  const failed = await runChecks(CHECKS);
  if (failed.length > 0) throw new Error(failed.join(', '));
});
