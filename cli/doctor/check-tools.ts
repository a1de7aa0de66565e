import type { Finding } from './checklist.ts';
import { findTool } from './find-tool.ts';

const CONDA_FRONT_ENDS = ['mamba', 'conda', 'micromamba'];

/** Looks for the programs that some workflows need; a missing one is a warning. */
export function checkTools(env: NodeJS.ProcessEnv): Promise<Finding[]> {
  return Promise.all([
    checkTool('Snakemake', [env['CRUNCH_SNAKEMAKE'] || 'snakemake'], 'it is installed when a workflow first needs it'),
    checkTool('conda', CONDA_FRONT_ENDS, 'install mamba, conda or micromamba for workflows that name environments'),
    checkTool('Python', ['python3'], 'install python3 with pip for Snakemake workflows'),
    checkTool('git', ['git'], 'a server needs it for workflows in repositories'),
  ]);
}

async function checkTool(name: string, programs: readonly string[], advice: string): Promise<Finding> {
  for (const program of programs) {
    const version = await findTool(program);
    if (version !== undefined) return { name, state: 'ok', note: `${program}: ${version}` };
  }
  return { name, state: 'warning', note: `not found; ${advice}` };
}
