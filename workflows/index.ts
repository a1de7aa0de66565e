export { processDataset } from './process-dataset.ts';
export { reconcileRuns } from './reconcile-runs.ts';
