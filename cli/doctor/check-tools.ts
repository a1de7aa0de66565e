import { cacheFolder } from '../../platform/cache-folder.ts';
import { findInstalledSnakemake } from '../../platform/python-tools.ts';
import { findOnPath } from '../../platform/find-on-path.ts';
import { findConda } from '../../platform/find-conda.ts';
import { messageOf } from '../../shared/errors/crunch-error.ts';
import type { Finding } from './checklist.ts';
import { readToolVersion } from './read-tool-version.ts';

/** Looks for the programs that some workflows need; a missing one is a warning. */
export async function checkTools(env: NodeJS.ProcessEnv): Promise<Finding[]> {
  const snakemake =
    env['CRUNCH_SNAKEMAKE'] ||
    (await findOnPath('snakemake', env)) ||
    (await findInstalledSnakemake({ env, cacheFolder: cacheFolder(env) }));
  return Promise.all([
    checkTool('Snakemake', snakemake, 'Crunch installs its own when a workflow first needs it'),
    checkConda(env),
    checkTool('Python', await findOnPath('python3', env), 'install python3 with pip for Snakemake workflows'),
    checkTool('git', await findOnPath('git', env), 'a server needs it for workflows in repositories'),
  ]);
}

async function checkConda(env: NodeJS.ProcessEnv): Promise<Finding> {
  return findConda(env).then(
    ({ version, path }) => ({ name: 'conda', state: 'ok', note: `${version}, ${path}` }),
    (error: unknown) => ({
      name: 'conda',
      state: 'warning',
      note: `${messageOf(error)}, for workflows that name environments`,
    }),
  );
}

async function checkTool(name: string, program: string | undefined, advice: string): Promise<Finding> {
  if (program === undefined) return { name, state: 'warning', note: `not found; ${advice}` };
  const version = await readToolVersion(program);
  if (version === undefined) return { name, state: 'warning', note: `${program} does not run; ${advice}` };
  return { name, state: 'ok', note: `${version}, ${program}` };
}
