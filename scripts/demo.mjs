// `npm run demo [-- --keep]`: processes the example projects on two hosts, from a fresh clone, and shows the results.
// With --keep the stack goes on running.
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { buildProject } from './lib/build-project.mjs';
import { Cleanup } from './lib/cleanup.mjs';
import { processAll } from './lib/demo-hosts.mjs';
import { addExample } from './lib/demo-projects.mjs';
import { startDemoStack } from './lib/demo-stack.mjs';
import { provideTools } from './lib/provide-tools.mjs';
import { requireMachineTools } from './lib/require-machine-tools.mjs';
import { expectSuccess, ROOT, runProgram } from './lib/run-program.mjs';
import { runScript } from './lib/run-script.mjs';

const EXAMPLES = ['penguins', 'earthquakes'];
const HOSTS = ['demo-1', 'demo-2'];
const RESULTS = path.join(ROOT, '.demo/results');

await runScript(async () => {
  const keeps = process.argv.includes('--keep');
  await requireMachineTools();
  await buildProject();
  const dataFolder = path.join(await provideTools(), 'examples');
  console.log('Preparing the data of the examples');
  await expectSuccess(runProgram(process.execPath, ['examples/prepare.mjs', dataFolder], { show: true }));

  // Only now, since it imports what npm installs.
  const { collectResults, printResults } = await import('./lib/demo-results.mjs');
  const cleanup = new Cleanup();
  try {
    console.log('Starting the stack');
    const stack = await startDemoStack(cleanup);
    console.log('Adding the projects');
    for (const example of EXAMPLES) await addExample(stack.crunch, example, dataFolder);
    console.log(`Processing on the hosts ${HOSTS.join(' and ')}`);
    const seconds = await processAll(stack, HOSTS, cleanup);
    await rm(RESULTS, { recursive: true, force: true });
    const results = await collectResults(stack.crunch, RESULTS);
    printResults(results, seconds);
    console.log(`Results:      ${RESULTS}\nWeb UI:       ${stack.url}`);
    console.log(`API docs:     ${stack.url}/api/docs\nTemporal UI:  ${stack.temporalUi}`);
    if (keeps) {
      cleanup.forget();
      const password = (await readFile(path.join(stack.folder, 'data/admin-password'), 'utf8')).trim();
      console.log(`\nSign in to the web UI as admin@crunch.local with the password ${password}`);
      console.log(`The stack goes on running, on the data in ${stack.folder}. To stop it: kill ${stack.up.pid}`);
    }
    const unfinished = results.filter(({ state }) => state !== 'completed');
    if (unfinished.length > 0) throw new Error(`${unfinished.length} of ${results.length} datasets are not completed`);
  } finally {
    await cleanup.run();
  }
});
