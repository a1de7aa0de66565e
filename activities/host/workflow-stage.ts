import { describeExit } from '../../platform/describe-exit.ts';
import { runProcess, type ProcessResult } from '../../platform/run-process.ts';
import type { JsonObject } from '../../shared/domain/json.ts';
import { CrunchError } from '../../shared/errors/crunch-error.ts';
import { defineStage, type AnyStageDefinition } from '../../stages/define-stage.ts';
import { askServer } from './ask-server.ts';
import type { WorkflowEngine, WorkflowFiles } from './engines/workflow-engine.ts';
import type { HostContext } from './host-context.ts';
import { layOutWorkflow } from './lay-out-workflow.ts';
import { programEnvironment, type HostStageContext } from './stage-context.ts';

/**
 * Runs the user's workflow in the workspace and believes its exit code. Its output is kept in `.crunch/logs/`, and the
 * end of it is what people read when it fails. A second run starts the workflow again.
 */
export function createWorkflowStage(host: HostContext): AnyStageDefinition {
  return defineStage<JsonObject, JsonObject, HostStageContext>({
    name: 'workflow',
    async run(context) {
      const engine = host.engines[host.workflowOverride?.engine ?? context.input.engine];
      const files = await workflowFiles(host, context);
      try {
        const result = await launch(host, engine, files, context);
        if (result.exitCode !== 0) throw engine.explain(result) ?? workflowError(result);
        return { exitCode: 0 };
      } finally {
        await engine.tidy(files);
      }
    },
  });
}

async function workflowFiles(host: HostContext, context: HostStageContext): Promise<WorkflowFiles> {
  const { input, files } = context;
  const entry = host.workflowOverride?.file ?? (await layOut(host, context));
  return {
    entry,
    workspace: files.folder,
    parametersFile: files.parametersFile,
    engineFolder: files.engineFolder(host.workflowOverride?.engine ?? input.engine),
    cores: host.cores,
  };
}

async function layOut({ server }: HostContext, context: HostStageContext): Promise<string> {
  const { workflow } = context.input;
  const content = await askServer(context, () => server.readWorkflow(workflow.sha256));
  return layOutWorkflow(content, workflow, context.files);
}

async function launch(
  host: HostContext,
  engine: WorkflowEngine,
  workflow: WorkflowFiles,
  { input, lease, files, signal, progress, take }: HostStageContext,
): Promise<ProcessResult> {
  const { argv, env } = await engine.prepare(workflow);
  progress(0, 'running');
  return runProcess({
    argv,
    cwd: files.folder,
    env: { ...programEnvironment(host, input, files), ...env },
    logFile: files.logFile('workflow'),
    signal,
    killSignal: lease.killSignal,
    killGraceMs: input.killGraceMs,
    runId: input.runId,
    secrets: host.secrets,
    onLines: take,
  });
}

function workflowError(result: ProcessResult): CrunchError {
  const lastLines = result.tail === '' ? '' : `\n${result.tail}`;
  return new CrunchError('workflow-failed', `the workflow ${describeExit(result)}${lastLines}`);
}
