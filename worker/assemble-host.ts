import { createDownloadStage } from '../activities/host/download-stage.ts';
import { createEngines } from '../activities/host/engines/create-engines.ts';
import type { HostContext, WorkflowOverride } from '../activities/host/host-context.ts';
import { LeaseTable } from '../activities/host/lease-table.ts';
import { OutputSender } from '../activities/host/output-sender.ts';
import { createUploadStage } from '../activities/host/upload-stage.ts';
import { createWorkflowStage } from '../activities/host/workflow-stage.ts';
import type { CrunchClient } from '../client/index.ts';
import { cacheFolder } from '../platform/cache-folder.ts';
import { readDiagnostics } from '../platform/diagnostics.ts';
import type { Secrets } from '../platform/secrets.ts';
import { guessEngine } from '../shared/domain/engine.ts';
import type { AnyStageDefinition } from '../stages/define-stage.ts';
import { findRefusal } from './find-refusal.ts';
import type { HostOptions } from './host-options.ts';
import type { HostStorage } from './open-host-storage.ts';
import { createServerAccess } from './server-access.ts';

export interface HostParts {
  options: HostOptions;
  /** As registered. */
  name: string;
  boot: string;
  client: CrunchClient;
  storage: HostStorage;
  secrets: Secrets;
  customStages: readonly AnyStageDefinition[];
}

export interface AssembledHost {
  context: HostContext;
  /** The built-in stages and the user's own; one of the same name takes the built-in one's place. */
  stages: readonly AnyStageDefinition[];
}

/** Puts together what the activities of a host work with. */
export function assembleHost(parts: HostParts): AssembledHost {
  const { options, name, boot, client, storage, secrets, customStages } = parts;
  const { directory, logger } = options;
  const stageNames = new Set<string>();
  const server = createServerAccess(client, name);
  const context: HostContext = {
    name,
    boot,
    storageFor: (lease) => storage.storageFor(lease, name),
    directory,
    cores: options.cores,
    cleanup: options.cleanup,
    transfersInputs: options.download,
    transfersResults: options.upload,
    workflowOverride: overrideOf(options),
    server,
    leases: new LeaseTable(slotsOf(options)),
    output: new OutputSender({ host: name, boot, directory, server, logger }),
    secrets,
    engines: createEngines({
      cacheFolder: cacheFolder(options.env),
      environment: options.env,
      onProgress: (message) => options.logger.info(message),
    }),
    logger,
    refusal: (needs) => findRefusal({ directory, stages: stageNames }, needs),
    diagnose: () => readDiagnostics(directory),
    onEvent: options.onEvent,
  };
  const builtIn = [createDownloadStage(context), createWorkflowStage(context), createUploadStage(context)];
  const stages = new Map([...builtIn, ...customStages].map((stage) => [stage.name, stage]));
  for (const stage of stages.keys()) stageNames.add(stage);
  return { context, stages: [...stages.values()] };
}

/** `next` and `run` are for one dataset. */
export function slotsOf({ mode, concurrency }: Pick<HostOptions, 'mode' | 'concurrency'>): number {
  return mode.kind === 'loop' ? concurrency : 1;
}

function overrideOf({ workflowFile, engine }: HostOptions): WorkflowOverride | undefined {
  if (workflowFile === undefined) return undefined;
  return { file: workflowFile, engine: engine ?? guessEngine(workflowFile) };
}
