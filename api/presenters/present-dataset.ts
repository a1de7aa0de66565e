import type { DatasetDetailRecord, DatasetRecord } from '../../catalog/datasets.ts';
import type { Standing } from '../../catalog/access.ts';
import type { ListedDatasetRecord } from '../../catalog/list-datasets.ts';
import type { ListedDataset } from '../../shared/contract/dataset-lists.ts';
import type { Dataset, DatasetDetail } from '../../shared/contract/datasets.ts';
import { rightsUpTo, type Right } from '../../shared/domain/project-role.ts';
import { presentRun } from './present-run.ts';

/**
 * A dataset as somebody may see it who has that right in its project: which host has it, why, and where its files
 * lie is not for the public: a place in storage keeps the name of the project that it was made in.
 */
export function presentDataset(dataset: DatasetRecord, right: Right): Dataset {
  return {
    ...dataset,
    ...(right === 'visit' && { host: null, reason: null, basePath: null }),
    queuedAt: dataset.queuedAt?.toISOString() ?? null,
    createdAt: dataset.createdAt.toISOString(),
    updatedAt: dataset.updatedAt.toISOString(),
    may: rightsUpTo(right),
  };
}

export function presentListedDataset({ right, ...dataset }: ListedDatasetRecord): ListedDataset {
  const { attributes, status } = dataset;
  const last = status && { ...status, ...(right === 'visit' && { host: null }), at: status.at.toISOString() };
  return { ...presentDataset(dataset, right), attributes, status: last };
}

export function presentDatasetDetail(dataset: DatasetDetailRecord, standing: Standing): DatasetDetail {
  const { details, attributes, items, run } = dataset;
  const shown = { details, attributes, items, run: run && presentRun(run, standing) };
  return { ...presentDataset(dataset, standing.right), ...shown };
}
