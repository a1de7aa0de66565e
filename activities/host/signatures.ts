import type { LeaseInput, StageInput, StageResult } from '../../shared/domain/processing.ts';

/** The activity that waits on the lease queues. */
export interface LeaseActivities {
  /**
   * Claims a dataset and holds one of the host's slots until its stages are over. Returns only when the dataset was not
   * to be had. A second run claims anew.
   */
  holdLease(input: LeaseInput): Promise<void>;
}

/** The activities on a host's own queue: one for each stage that it has, by the stage's name. */
export type StageActivities = Record<string, (input: StageInput) => Promise<StageResult>>;
