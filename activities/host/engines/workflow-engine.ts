import type { ProcessResult } from '../../../platform/run-process.ts';
import type { CrunchError } from '../../../shared/errors/crunch-error.ts';

/** A user's workflow, laid out in a workspace and ready to run. */
export interface WorkflowFiles {
  /** The dataset's files: the program's working directory. */
  workspace: string;
  /** The workflow's entry file. */
  entry: string;
  /** The project's parameters as a JSON file. */
  parametersFile: string;
  /** A folder of the engine's own, kept between runs and never uploaded. */
  engineFolder: string;
  cores: number;
}

/** How to start a user's workflow. */
export interface Launch {
  argv: readonly [string, ...string[]];
  env: Record<string, string>;
}

/** What runs users' workflows of one kind. To add one: a file beside this, a row in `engines.ts`, a name in the domain. */
export interface WorkflowEngine {
  /** Gets ready to run; what it needs on the machine is found or installed. Throws CrunchError `missing-tool`. */
  prepare(files: WorkflowFiles): Promise<Launch>;
  /** Puts away what the engine itself left in the workspace, whether the workflow succeeded or not. */
  tidy(files: WorkflowFiles): Promise<void>;
  /** What a failed workflow's output means, where the engine knows better than the exit code. */
  explain(result: ProcessResult): CrunchError | undefined;
}
