import type { JsonObject } from '../../shared/domain/json.ts';
import { defineStage, type AnyStageDefinition } from '../../stages/define-stage.ts';
import { downloadDataset } from '../../storage/transfer/download-dataset.ts';
import type { HostContext } from './host-context.ts';
import { askServer } from './ask-server.ts';
import type { HostStageContext } from './stage-context.ts';
import { transferOptions, TransferParameters } from './transfer-stage.ts';

/**
 * Brings a dataset's original inputs into its workspace, and `dataset.json`, `project.json` and `parameters.json` for
 * the workflow to read. A second run fetches only what is missing.
 */
export function createDownloadStage(host: HostContext): AnyStageDefinition {
  return defineStage<TransferParameters, JsonObject, HostStageContext<TransferParameters>>({
    name: 'download',
    parameters: TransferParameters,
    async run(context): Promise<JsonObject> {
      const { input, lease, files } = context;
      await describe(host, context);
      if (!host.transfersInputs) return { files: 0, bytes: 0 };
      const downloaded = await downloadDataset({
        storage: host.storageFor(lease),
        basePath: input.dataset.basePath,
        workspace: files.folder,
        ...transferOptions(host, context),
      });
      return { files: downloaded.files, bytes: downloaded.sizeBytes };
    },
  });
}

type Described = Pick<HostStageContext, 'input' | 'files' | 'signal' | 'progress'>;

async function describe({ server }: HostContext, context: Described): Promise<void> {
  const { files } = context;
  const { dataset, parameters } = context.input;
  const [datasetDetails, projectDetails] = await askServer(context, () =>
    Promise.all([server.readDataset(dataset.slug), server.readProject(dataset.projectSlug)]),
  );
  await Promise.all([
    files.writeJson('dataset.json', datasetDetails),
    files.writeJson('project.json', projectDetails),
    files.writeJson('parameters.json', parameters),
  ]);
}
