import { DATASET_STATES, type DatasetState } from '../../../shared/domain/dataset-state.ts';

type Counts = Record<DatasetState, number>;

/** The counts of several projects together. */
export function sumCounts(all: readonly Counts[]): Counts {
  const sums = DATASET_STATES.map((state) => [state, all.reduce((sum, counts) => sum + counts[state], 0)]);
  return Object.fromEntries(sums) as Counts;
}
