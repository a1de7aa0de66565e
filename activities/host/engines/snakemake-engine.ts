import { mkdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { findConda } from '../../../platform/find-conda.ts';
import { findSnakemake } from '../../../platform/python-tools.ts';
import { CrunchError, messageOf } from '../../../shared/errors/crunch-error.ts';
import { namesCondaEnvironment } from './conda-environments.ts';
import type { WorkflowEngine, WorkflowFiles } from './workflow-engine.ts';

/** What Snakemake keeps in its working directory: metadata by which a later run continues, and environments. */
const OWN_FOLDER = '.snakemake';

export interface SnakemakeEngineOptions {
  /** Where tools are installed. */
  cacheFolder: string;
  environment: NodeJS.ProcessEnv;
  onProgress(message: string): void;
}

/** Runs Snakemake, found on the machine or installed on first use. */
export function createSnakemakeEngine(options: SnakemakeEngineOptions): WorkflowEngine {
  return {
    async prepare(files) {
      const deployment = await deploymentOf(files, options.environment);
      const snakemake = await findSnakemake({
        env: options.environment,
        cacheFolder: options.cacheFolder,
        onProgress: options.onProgress,
      });
      await restoreOwnFolder(files);
      return { argv: [snakemake.path, ...argumentsFor(files), ...deployment], env: {} };
    },
    tidy: putAwayOwnFolder,
    explain() {
      return undefined;
    },
  };
}

function argumentsFor(files: WorkflowFiles): string[] {
  return [
    ...['--snakefile', files.entry, '--directory', files.workspace, '--cores', String(files.cores)],
    ...['--configfile', files.parametersFile],
    // The lease is the lock; Snakemake's own would outlive a killed run.
    ...['--nolock', '--rerun-incomplete', '--nocolor'],
  ];
}

/** Environments are deployed where conda is found. Without it, a workflow that names an environment fails. */
async function deploymentOf(files: WorkflowFiles, environment: NodeJS.ProcessEnv): Promise<string[]> {
  if (!(await namesCondaEnvironment(files.entry))) return [];
  await findConda(environment).catch((error: unknown) => {
    throw new CrunchError('missing-tool', `this workflow needs conda: ${messageOf(error)}`, { cause: error });
  });
  return ['--software-deployment-method', 'conda'];
}

async function restoreOwnFolder(files: WorkflowFiles): Promise<void> {
  await moveFolder(path.join(files.engineFolder, OWN_FOLDER), path.join(files.workspace, OWN_FOLDER));
}

async function putAwayOwnFolder(files: WorkflowFiles): Promise<void> {
  await moveFolder(path.join(files.workspace, OWN_FOLDER), path.join(files.engineFolder, OWN_FOLDER));
}

async function moveFolder(from: string, to: string): Promise<void> {
  if (!(await exists(from))) return;
  await mkdir(path.dirname(to), { recursive: true });
  await rm(to, { recursive: true, force: true });
  await rename(from, to);
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
