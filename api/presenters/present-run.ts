import type { RunRecord } from '../../catalog/runs.ts';
import type { Run } from '../../shared/contract/datasets.ts';

export function presentRun(run: RunRecord): Run {
  return {
    ...run,
    admittedAt: run.admittedAt.toISOString(),
    startedAt: run.startedAt?.toISOString() ?? null,
    closedAt: run.closedAt?.toISOString() ?? null,
  };
}
