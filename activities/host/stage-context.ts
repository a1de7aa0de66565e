import { runProcess } from '../../platform/run-process.ts';
import type { JsonObject } from '../../shared/domain/json.ts';
import type { StageInput } from '../../shared/domain/processing.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import type { ProgramEnd, ProgramOptions, StageContext } from '../../stages/stage-definition.ts';
import type { HeldLease } from './held-lease.ts';
import type { HostContext } from './host-context.ts';
import type { StageLog } from './stage-log.ts';
import type { Workspace } from './workspace.ts';

/** What a built-in stage gets beyond what every stage gets. */
export interface HostStageContext<Parameters = JsonObject> extends StageContext<Parameters> {
  readonly input: StageInput;
  readonly lease: HeldLease;
  readonly files: Workspace;
  /** Shows lines that a program printed. Resolves when they are kept. */
  take(lines: string[]): Promise<void>;
}

/** What a stage under way consists of. */
export interface StageWork {
  input: StageInput;
  lease: HeldLease;
  files: Workspace;
  log: StageLog;
  signal: AbortSignal;
}

export function createStageContext(host: HostContext, work: StageWork): HostStageContext {
  const { input, lease, files, log, signal } = work;
  let programs = 0;
  return {
    input,
    lease,
    files,
    dataset: { slug: input.dataset.slug, project: input.dataset.projectSlug },
    runId: input.runId,
    workspace: files.folder,
    parameters: input.stageParameters,
    projectParameters: input.parameters,
    outputs: input.outputs,
    signal,
    log: (line) => log.write(host.secrets.hide(line)),
    take: (lines) => log.take(lines),
    progress: (fraction, message) => log.setProgress(fraction, message),
    run: (argv, options) => runProgram(host, work, argv, options, files.logFile(`${input.stage}-${++programs}`)),
  };
}

/** What every program of a stage finds in its environment besides the host's harmless variables. No secrets. */
export function programEnvironment(host: HostContext, input: StageInput, files: Workspace): Record<string, string> {
  return {
    CRUNCH_HOST: host.name,
    CRUNCH_PROJECT: input.dataset.projectSlug,
    CRUNCH_DATASET: input.dataset.slug,
    CRUNCH_CORES: String(host.cores),
    CRUNCH_WORKSPACE: files.folder,
  };
}

async function runProgram(
  host: HostContext,
  { input, lease, files, log, signal }: StageWork,
  [program, ...rest]: readonly string[],
  options: ProgramOptions = {},
  logFile: string,
): Promise<ProgramEnd> {
  if (program === undefined) throw new CrunchError('stage-failed', `stage ${input.stage} ran an empty command`);
  const { exitCode, tail } = await runProcess({
    argv: [program, ...rest],
    cwd: files.resolve(options.directory ?? '.'),
    env: { ...programEnvironment(host, input, files), ...options.env },
    logFile,
    signal,
    killSignal: lease.killSignal,
    killGraceMs: input.killGraceMs,
    runId: input.runId,
    secrets: host.secrets,
    onLines: (lines) => log.take(lines),
  });
  return { exitCode, tail };
}
