import type { Standing } from '../../catalog/access.ts';
import type { RunRecord } from '../../catalog/runs.ts';
import type { Run } from '../../shared/contract/datasets.ts';

/** A run as somebody of that standing may see it: its host, and who cancelled it, are not for the public, and its note quotes logs. */
export function presentRun({ cancellation, ...run }: RunRecord, { right, mayReadLogs }: Standing): Run {
  return {
    ...run,
    cancellation: right === 'visit' || !cancellation ? null : { ...cancellation, at: cancellation.at.toISOString() },
    ...(right === 'visit' && { host: null, ...(run.state === 'cancelled' && { note: 'cancelled' }) }),
    ...(!mayReadLogs && { note: null }),
    admittedAt: run.admittedAt.toISOString(),
    startedAt: run.startedAt?.toISOString() ?? null,
    closedAt: run.closedAt?.toISOString() ?? null,
  };
}
