import type { JsonObject } from '../../shared/domain/json.ts';
import { defineStage, type AnyStageDefinition } from '../../stages/define-stage.ts';
import { downloadDataset } from '../../storage/transfer/download-dataset.ts';
import type { HostContext } from './host-context.ts';
import type { HostStageContext } from './stage-context.ts';

/**
 * Brings a dataset's original inputs into its workspace, and `dataset.json`, `project.json` and `parameters.json` for
 * the workflow to read. A second run fetches only what is missing.
 */
export function createDownloadStage(host: HostContext): AnyStageDefinition {
  return defineStage<JsonObject, JsonObject, HostStageContext>({
    name: 'download',
    async run({ input, lease, files, signal, progress }): Promise<JsonObject> {
      await describe(host, input.dataset.slug, input.dataset.projectSlug, files, input.parameters);
      if (!host.transfersInputs) return { files: 0, bytes: 0 };
      const downloaded = await downloadDataset({
        storage: host.storageFor(lease),
        basePath: input.dataset.basePath,
        workspace: files.folder,
        signal,
        onProgress: ({ filesDone, filesTotal, bytesDone, bytesTotal }) =>
          progress(bytesTotal === 0 ? 0 : bytesDone / bytesTotal, `${filesDone} of ${filesTotal} files`),
      });
      return { files: downloaded.files, bytes: downloaded.sizeBytes };
    },
  });
}

async function describe(
  host: HostContext,
  dataset: string,
  project: string,
  files: HostStageContext['files'],
  parameters: JsonObject,
): Promise<void> {
  const [datasetDetails, projectDetails] = await Promise.all([
    host.server.readDataset(dataset),
    host.server.readProject(project),
  ]);
  await Promise.all([
    files.writeJson('dataset.json', datasetDetails),
    files.writeJson('project.json', projectDetails),
    files.writeJson('parameters.json', parameters),
  ]);
}
