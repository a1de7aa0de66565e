import type { Project } from '../../shared/contract/projects.ts';
import { DATASET_STATES } from '../../shared/domain/dataset-state.ts';

/** How many datasets are in each state, for people: `2 queued, 5 completed`; empty without any. */
export function formatCounts(datasets: Project['datasets']): string {
  return DATASET_STATES.filter((state) => datasets[state] > 0)
    .map((state) => `${datasets[state]} ${state}`)
    .join(', ');
}
