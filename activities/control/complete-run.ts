import { replacePublishedFiles } from '../../catalog/files.ts';
import { closeRun } from '../../catalog/run-events.ts';
import { isRunOfDataset } from '../../catalog/runs.ts';
import { publishManifest } from '../../storage/transfer/publish-manifest.ts';
import type { ControlContext } from './control-context.ts';
import type { CompleteRunInput, StageEvent } from './signatures.ts';
import { statusEvent } from './status-event.ts';

/**
 * Publishes the results of a lease and closes its run as completed. Returns how many files are results: none when the
 * host uploaded nothing, which the run then says.
 */
export async function completeRun(context: ControlContext, input: CompleteRunInput): Promise<{ resultFiles: number }> {
  const resultFiles = input.manifest === null ? 0 : await publishResults(context, input);
  const { runId, hostLosses } = input;
  const note = input.manifest === null ? explainNothing(input.event) : null;
  const event = { ...input.event, note: note ?? input.event.note };
  const end = { runId, outcome: 'completed', failureClass: null, note, hostLosses } as const;
  await closeRun(context.catalog, end, [statusEvent(input, event)]);
  return { resultFiles };
}

function explainNothing({ stage, host }: StageEvent): string {
  const why = stage === 'upload' ? ', which runs with --no-upload' : '';
  return `nothing was uploaded: the results are on host ${host}${why}`;
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
