// `npm run record:histories`: records the histories that test/replay replays. Only for a new way that a run can go: the
// recorded ones stand for the runs that older versions began.
import path from 'node:path';
import { createJiti } from 'jiti';
import { buildProject } from './lib/build-project.mjs';
import { ROOT } from './lib/run-program.mjs';
import { runScript } from './lib/run-script.mjs';

await runScript(async () => {
  await buildProject();
  const { recordHistories } = await createJiti(import.meta.url).import('../test/replay/record-histories.ts');
  await recordHistories(path.join(ROOT, 'test/replay/histories'));
});
