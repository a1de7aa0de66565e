import type { Client } from '@temporalio/client';
import type { AdmissionDefaults } from '../../catalog/admission.ts';
import type { Catalog } from '../../catalog/open-catalog.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Storage } from '../../storage/storage.ts';

/** What the control side works with. */
export interface ControlContext {
  readonly catalog: Catalog;
  readonly storage: Storage;
  readonly temporal: Client;
  readonly logger: Logger;
  /** What holds for projects that don't say otherwise. */
  readonly defaults: AdmissionDefaults;
  /** Entries that workflow sources may name though they lie in a private network. */
  readonly allowedWorkflowHosts: readonly string[];
}
