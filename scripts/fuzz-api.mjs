// `npm run fuzz:api [-- SEED]`: asks a server of its own more than ten thousand times at random, by the API's document.
import { buildProject } from './lib/build-project.mjs';
import { runJest } from './lib/run-jest.mjs';
import { runScript } from './lib/run-script.mjs';

/** Of each operation in each phase. */
const EXAMPLES = 200;

await runScript(async () => {
  await buildProject();
  const seed = process.argv[2] ?? String(Date.now() % 1_000_000_000);
  console.log(`Seed: ${seed}`);
  process.env.CRUNCH_FUZZ_EXAMPLES = String(EXAMPLES);
  process.env.CRUNCH_FUZZ_SEED = seed;
  const { exitCode, passed } = await runJest(['test/integration/api-fuzz']);
  if (exitCode !== 0 || passed === 0) process.exitCode = 1;
});
