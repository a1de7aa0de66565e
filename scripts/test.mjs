// `npm test [-- PATTERN…]`: all suites, or those whose path has a pattern. Installs and builds what it needs first.
import { buildProject } from './lib/build-project.mjs';
import { runJest } from './lib/run-jest.mjs';
import { runScript } from './lib/run-script.mjs';

let tally = { passed: 0, failed: 0 };
await runScript(async () => {
  await buildProject();
  const { exitCode, skipped, ...counted } = await runJest(process.argv.slice(2));
  tally = counted;
  for (const name of skipped) console.log(`Skipped: ${name}`);
  const lacksTools = skipped.length > 0 && process.env.CI === 'true';
  if (exitCode !== 0 || counted.passed === 0 || lacksTools) process.exitCode = 1;
});
// The last line, whatever happened: those who run the tests by a program read it.
console.log(`${tally.passed} passed, ${tally.failed} failed`);
