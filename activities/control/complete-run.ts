import { closeRun } from '../../catalog/run-events.ts';
import { isRunOfDataset } from '../../catalog/runs.ts';
import type { ManifestFile } from '../../shared/domain/manifest.ts';
import { publishManifest } from '../../storage/transfer/publish-manifest.ts';
import type { ControlContext } from './control-context.ts';
import type { CompleteRunInput, StageEvent } from './signatures.ts';
import { statusEvent } from './status-event.ts';

/**
 * Publishes the results of a lease and closes its run as completed. Returns how many files are results: none when the
 * host uploaded nothing, which the run then says.
 */
export async function completeRun(context: ControlContext, input: CompleteRunInput): Promise<{ resultFiles: number }> {
  const { runId, datasetId, hostLosses } = input;
  const files = input.manifest === null ? undefined : await publishResults(context, input);
  const note = files ? null : explainNothing(input.event);
  const event = { ...input.event, note: note ?? input.event.note };
  const publication = files && { datasetId, files };
  const end = { runId, outcome: 'completed', failureClass: null, note, hostLosses, publication } as const;
  await closeRun(context.catalog, end, [statusEvent(input, event)]);
  return { resultFiles: files?.filter((file) => file.origin !== 'input').length ?? 0 };
}

function explainNothing({ stage, host }: StageEvent): string {
  const why = stage === 'upload' ? ', which runs with --no-upload' : '';
  return `nothing was uploaded: the results are on host ${host}${why}`;
}

async function publishResults({ catalog, storage }: ControlContext, input: CompleteRunInput): Promise<ManifestFile[]> {
  const { basePath, runId, leaseNumber, datasetId } = input;
  const manifest = await publishManifest({
    ...{ storage, basePath, runId, leaseNumber },
    isRunOfDataset: (id) => isRunOfDataset(catalog, datasetId, id),
  });
  return manifest.files;
}
