import type { Diagnostics } from '../shared/domain/diagnostics.ts';
import type { StatusState } from '../shared/domain/stage.ts';
import type { Catalog } from './open-catalog.ts';
import type { Page, PageRequest } from './page.ts';

export interface StatusRecord {
  id: number;
  /** The dataset's slug. */
  dataset: string;
  run: string | null;
  lease: number;
  /** SETUP, WORKFLOW, UPLOAD or a custom stage's name. */
  stage: string;
  state: StatusState;
  note: string;
  host: string | null;
  at: Date;
  diagnostics: Diagnostics;
}

/** What happened to a dataset, oldest first. Throws `not-found`. */
export declare function listStatuses(catalog: Catalog, slug: string, request: PageRequest): Promise<Page<StatusRecord>>;
