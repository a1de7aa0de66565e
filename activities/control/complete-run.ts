import { replacePublishedFiles } from '../../catalog/files.ts';
import { closeRun } from '../../catalog/run-events.ts';
import { isRunOfDataset } from '../../catalog/runs.ts';
import { publishManifest } from '../../storage/transfer/publish-manifest.ts';
import type { ControlContext } from './control-context.ts';
import type { CompleteRunInput } from './signatures.ts';
import { statusEvent } from './status-event.ts';

/**
 * Publishes the results of a lease and closes its run as completed. Returns how many files are results: none when the
 * host was told to upload nothing.
 */
export async function completeRun(context: ControlContext, input: CompleteRunInput): Promise<{ resultFiles: number }> {
  const resultFiles = input.manifest === null ? 0 : await publishResults(context, input);
  const end = {
    runId: input.runId,
    outcome: 'completed',
    failureClass: null,
    note: null,
    hostLosses: input.hostLosses,
  } as const;
  await closeRun(context.catalog, end, [statusEvent(input, input.event)]);
  return { resultFiles };
}

async function publishResults({ catalog, storage }: ControlContext, input: CompleteRunInput): Promise<number> {
  const { basePath, runId, leaseNumber, datasetId } = input;
  const manifest = await publishManifest({
    ...{ storage, basePath, runId, leaseNumber },
    isRunOfDataset: (id) => isRunOfDataset(catalog, datasetId, id),
  });
  await replacePublishedFiles(catalog, datasetId, runId, manifest.files);
  return manifest.files.filter((file) => file.origin !== 'input').length;
}
