import type { DatasetDetailRecord, DatasetRecord } from '../../catalog/datasets.ts';
import type { Dataset, DatasetDetail } from '../../shared/contract/datasets.ts';
import { presentRun } from './present-run.ts';

export function presentDataset(dataset: DatasetRecord): Dataset {
  return {
    ...dataset,
    queuedAt: dataset.queuedAt?.toISOString() ?? null,
    createdAt: dataset.createdAt.toISOString(),
  };
}

export function presentDatasetDetail(dataset: DatasetDetailRecord): DatasetDetail {
  const { details, attributes, items, run } = dataset;
  return { ...presentDataset(dataset), details, attributes, items, run: run && presentRun(run) };
}
