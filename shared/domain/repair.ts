import type { FailureClass } from './failure-class.ts';

/** How an execution of a Temporal workflow stands, as Temporal names it. */
export type ExecutionState = 'RUNNING' | 'COMPLETED' | 'FAILED' | 'CANCELLED' | 'TERMINATED' | 'TIMED_OUT' | 'OTHER';

/** What Temporal has of a run that is open in the catalog. */
export interface RunExecution {
  /** Of the execution that was started for it; undefined when Temporal knows nothing of it. */
  state: ExecutionState | undefined;
  /** The Temporal run that a reset made of it, and which goes on. */
  resetTo?: string;
}

/** What makes catalog and Temporal agree again. */
export type Repair =
  | { kind: 'close'; outcome: 'failed' | 'cancelled'; failureClass: FailureClass; note: string }
  /** Its results wait in storage. */
  | { kind: 'publish' }
  /** Another execution is started for the same run, under the next lease number. */
  | { kind: 'restart'; note: string; terminate?: string };

/** Undefined while they agree. */
export function decideRepair({ state, resetTo }: RunExecution): Repair | undefined {
  if (resetTo !== undefined) {
    return { kind: 'restart', note: 'it was reset in Temporal, so it starts over', terminate: resetTo };
  }
  switch (state) {
    case 'RUNNING':
    case 'OTHER':
      return undefined;
    case undefined:
      return { kind: 'restart', note: 'Temporal lost it, so it starts over' };
    case 'TERMINATED':
      return cancelled('it was terminated in Temporal');
    case 'CANCELLED':
      return cancelled('it was cancelled, which the catalog had not heard');
    case 'TIMED_OUT':
      return failed('Temporal ended it: it took too long');
    case 'FAILED':
      return failed('it failed, and the catalog had not heard why; see it in Temporal');
    case 'COMPLETED':
      return { kind: 'publish' };
  }
}

function cancelled(note: string): Repair {
  return { kind: 'close', outcome: 'cancelled', failureClass: 'cancelled', note };
}

function failed(note: string): Repair {
  return { kind: 'close', outcome: 'failed', failureClass: 'internal', note };
}
