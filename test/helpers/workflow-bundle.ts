import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The workflow bundle that the build made. */
export function pathOfWorkflowBundle(): string {
  const built =
    process.env.CRUNCH_WORKFLOW_BUNDLE ?? fileURLToPath(new URL('../../dist/workflow-bundle.js', import.meta.url));
  if (!existsSync(built)) throw new Error(`there is no workflow bundle at ${built}: run npm run build`);
  return built;
}
