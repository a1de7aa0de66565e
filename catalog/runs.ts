import type { FailureClass } from '../shared/domain/failure-class.ts';
import type { Plan } from '../shared/domain/plan.ts';
import type { Catalog } from './open-catalog.ts';
import type { Page, PageRequest } from './page.ts';

export type RunState = 'waiting' | 'running' | 'completed' | 'failed' | 'cancelled';

/** One attempt at a dataset. */
export interface RunRecord {
  id: string;
  /** The dataset's slug. */
  dataset: string;
  number: number;
  state: RunState;
  host: string | null;
  leaseNumber: number;
  hostLosses: number;
  failureClass: FailureClass | null;
  note: string | null;
  /** The number of the project's workflow revision. */
  revision: number;
  revisionSha256: string | null;
  plan: Plan;
  workflowId: string;
  temporalRunId: string | null;
  admittedAt: Date;
  startedAt: Date | null;
  closedAt: Date | null;
}

/** The runs of a dataset, newest first. Throws `not-found`. */
export declare function listRuns(catalog: Catalog, slug: string, request: PageRequest): Promise<Page<RunRecord>>;

/** Throws `not-found`. */
export declare function getRun(catalog: Catalog, id: string): Promise<RunRecord>;
