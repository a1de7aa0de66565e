import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { CrunchError } from '../shared/errors/crunch-error.ts';
import { findOnPath } from './find-on-path.ts';
import { selectProgramEnvironment } from './program-environment.ts';

const run = promisify(execFile);

/** What Snakemake 9 asks for, and it asks nobody but conda: mamba and micromamba don't answer in its words. */
const OLDEST_VERSION = [24, 7, 1] as const;
const OTHER_FRONT_ENDS = ['mamba', 'micromamba'] as const;

const ANSWER_TIMEOUT_MS = 60_000;

/** The conda on PATH. Raises `missing-tool`, in words for whoever keeps the host, when there is none that Snakemake takes. */
export async function findConda(env: NodeJS.ProcessEnv): Promise<{ path: string; version: string }> {
  const program = await findOnPath('conda', env);
  if (!program) throw missingConda(await explainAbsence(env));
  const version = await readVersion(program, env);
  if (version === undefined) throw missingConda(`${program} doesn't tell its version`);
  if (isOlder(version)) throw missingConda(`${program} is version ${version}`);
  return { path: path.resolve(program), version };
}

async function explainAbsence(env: NodeJS.ProcessEnv): Promise<string> {
  for (const name of OTHER_FRONT_ENDS) {
    const found = await findOnPath(name, env);
    if (found) return `Snakemake can't do with ${found} alone`;
  }
  return 'it is not on PATH';
}

async function readVersion(program: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const options = { env: selectProgramEnvironment(env), timeout: ANSWER_TIMEOUT_MS };
  const answer = await run(program, ['--version'], options).catch(() => undefined);
  return /\d+\.\d+\.\d+/.exec(answer?.stdout ?? '')?.[0];
}

function isOlder(version: string): boolean {
  const parts = version.split('.').map(Number);
  const different = OLDEST_VERSION.findIndex((wanted, place) => wanted !== parts[place]);
  return different !== -1 && (parts[different] ?? 0) < (OLDEST_VERSION[different] ?? 0);
}

function missingConda(reason: string): CrunchError {
  const wanted = `conda ${OLDEST_VERSION.join('.')} or later`;
  return new CrunchError(
    'missing-tool',
    `${wanted} is needed, but ${reason}: install it on the host (Miniforge has it)`,
  );
}
