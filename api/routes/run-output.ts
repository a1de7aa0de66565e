import { findStandings } from '../../catalog/access.ts';
import { locateDataset } from '../../catalog/locate-dataset.ts';
import { addOutput, findDatasetsOfRuns } from '../../catalog/run-output.ts';
import type { OutputReceipt, OutputReport, runOutputEndpoints } from '../../shared/contract/run-output.ts';
import type { ApiContext } from '../context.ts';
import type { HandlersOf } from '../handler.ts';
import { isTooMuch, storeOldLines } from '../output/stored-lines.ts';

/** A storage that is away holds nobody up for longer: the catalog keeps the lines meanwhile. */
const STORING_MS = 3_000;

export const runOutputHandlers: HandlersOf<typeof runOutputEndpoints> = {
  async reportOutput(context, { body, caller }) {
    const { catalog } = context;
    const datasets = await findDatasetsOfRuns(
      catalog,
      body.reports.map(({ runId }) => runId),
    );
    const standings = await findStandings(catalog, caller.access, [...new Set(datasets.values())]);
    const receipts: OutputReceipt[] = [];
    for (const report of body.reports) {
      const dataset = datasets.get(report.runId);
      // What doesn't exist for the caller is told of as if it did not exist.
      const isSeen = dataset !== undefined && standings.has(dataset);
      receipts.push(isSeen ? await takeReport(context, report, dataset) : { received: 0, standing: 'over' });
    }
    return { receipts };
  },
};

async function takeReport(context: ApiContext, report: OutputReport, dataset: string): Promise<OutputReceipt> {
  const { unstored, ...receipt } = await addOutput(context.catalog, report);
  await relieveCatalog(context, { report, dataset, unstored }).catch((error: unknown) => {
    context.logger.warn({ err: error, run: report.runId }, 'output of a run could not be put into storage yet');
  });
  return receipt;
}

async function relieveCatalog(
  context: ApiContext,
  { report: { runId }, dataset, unstored }: { report: OutputReport; dataset: string; unstored: number },
): Promise<void> {
  if (!isTooMuch(unstored)) return;
  const { basePath } = await locateDataset(context.catalog, dataset);
  await storeOldLines(context, { runId, basePath }, { unstored, signal: AbortSignal.timeout(STORING_MS) });
}
