// `npm run build`: makes dist/ from the sources.
import { buildProject } from './lib/build-project.mjs';
import { runScript } from './lib/run-script.mjs';

await runScript(buildProject);
