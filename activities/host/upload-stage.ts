import type { JsonObject } from '../../shared/domain/json.ts';
import { defineStage, type AnyStageDefinition } from '../../stages/define-stage.ts';
import { uploadResults } from '../../storage/transfer/upload-results.ts';
import type { HostContext } from './host-context.ts';
import type { HostStageContext } from './stage-context.ts';
import { transferOptions, TransferParameters } from './transfer-stage.ts';

/**
 * Sends what the workflow made or changed to storage, and the lease's manifest last. Nothing is written once the lease
 * is in doubt. A second run sends only what is not there yet.
 */
export function createUploadStage(host: HostContext): AnyStageDefinition {
  return defineStage<TransferParameters, JsonObject, HostStageContext<TransferParameters>>({
    name: 'upload',
    parameters: TransferParameters,
    async run(context): Promise<JsonObject> {
      const { input, lease, files, log } = context;
      if (!host.transfersResults) return { files: 0, bytes: 0 };
      const uploaded = await uploadResults({
        storage: host.storageFor(lease),
        basePath: input.dataset.basePath,
        workspace: files.folder,
        dataset: input.dataset.slug,
        host: host.name,
        revision: input.workflow.sha256,
        runId: input.runId,
        leaseNumber: input.leaseNumber,
        mayPublish: () => lease.assertHeld(),
        ...transferOptions(host, context),
      });
      for (const warning of uploaded.warnings) log(warning);
      lease.report = { manifest: uploaded.manifestPath, files: uploaded.manifest.files.length };
      return { files: uploaded.uploadedFiles, bytes: uploaded.uploadedBytes };
    },
  });
}
