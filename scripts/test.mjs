// `npm test [-- PATTERN…]`: all suites, or those whose path has a pattern. Installs and builds what it needs first.
import { buildProject } from './lib/build-project.mjs';
import { runJest } from './lib/run-jest.mjs';
import { runScript } from './lib/run-script.mjs';

await runScript(async () => {
  await buildProject();
  const { passed, failed, skipped, exitCode } = await runJest(process.argv.slice(2));
  const isFailure = exitCode !== 0 || passed === 0 || (skipped.length > 0 && process.env.CI === 'true');
  for (const name of skipped) console.log(`Skipped: ${name}`);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = isFailure ? 1 : 0;
});
