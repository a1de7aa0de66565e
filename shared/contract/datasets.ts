import { z } from 'zod';
import { DATASET_STATES, WORKSPACE_FATES } from '../domain/dataset-state.ts';
import { FAILURE_CLASSES } from '../domain/failure-class.ts';
import { DEFAULT_PRIORITY } from '../domain/priority.ts';
import { RUN_KINDS } from '../domain/run-kind.ts';
import { STATUS_STATES } from '../domain/stage.ts';
import { Attribute, ItemAttribute } from './attributes.ts';
import {
  Description,
  Details,
  Name,
  PageQuery,
  pageOf,
  Rights,
  Sha256,
  SizeBytes,
  Slug,
  DatasetParams,
  Timestamp,
} from './common.ts';
import type { Endpoint } from './endpoint.ts';
import { FilePath } from './files.ts';
import { Item } from './items.ts';
import { KeepFiles } from './tree.ts';
import { Plan } from './projects.ts';
import { IfMatch, ItemVersion } from './versions.ts';
import { TransferState } from './transfer.ts';

export const DatasetStateName = z.enum(DATASET_STATES);

/** What becomes of the workspace of a run that is cancelled. */
export const WorkspaceFate = z.enum(WORKSPACE_FATES);

export const Dataset = z.object({
  /** Also the numeric id that django-crunch's API shows. */
  id: z.int(),
  slug: z.string(),
  name: z.string(),
  project: z.string(),
  description: z.string(),
  state: DatasetStateName,
  /** The stage that runs, or ran last. */
  stage: z.string().nullable(),
  host: z.string().nullable(),
  /** Why it waits or failed, or what to know of its results. */
  reason: z.string().nullable(),
  runs: z.int(),
  priority: z.int(),
  held: z.boolean(),
  basePath: z.string().nullable(),
  queuedAt: Timestamp.nullable(),
  createdAt: Timestamp,
  /** When it, an attribute or a file of it last changed. */
  updatedAt: Timestamp,
  files: z.int(),
  /** Of all its files together. */
  sizeBytes: SizeBytes,
  /** It is hidden from lists, and is not queued. */
  archived: z.boolean(),
  version: ItemVersion,
  may: Rights,
});
export type Dataset = z.infer<typeof Dataset>;

export const DatasetDetail = Dataset.extend({
  details: z.string(),
  attributes: z.array(ItemAttribute),
  items: z.array(Item),
  /** The open run, else the last that a host took or that failed, else the last. */
  run: z.lazy(() => Run).nullable(),
});
export type DatasetDetail = z.infer<typeof DatasetDetail>;

export const Run = z.object({
  id: z.uuid(),
  dataset: z.string(),
  number: z.int(),
  /** `external` for one of a client of django-crunch, `imported` for one copied from there. */
  kind: z.enum(RUN_KINDS),
  state: z.enum(['waiting', 'running', 'completed', 'failed', 'cancelled']),
  host: z.string().nullable(),
  leaseNumber: z.int(),
  hostLosses: z.int(),
  failureClass: z.enum(FAILURE_CLASSES).nullable(),
  note: z.string().nullable(),
  /** Null where what ran is not known. */
  revision: z.int().nullable(),
  revisionSha256: Sha256.nullable(),
  plan: Plan,
  /** While the stage that runs moves files, once that takes more than a second. */
  transfer: TransferState.nullable(),
  workflowId: z.string(),
  temporalRunId: z.string().nullable(),
  /** Who asked for it to be cancelled; null where nobody did, and for visitors. */
  cancellation: z
    .object({ by: z.string(), at: Timestamp, reason: z.string().nullable(), workspace: WorkspaceFate })
    .nullable(),
  admittedAt: Timestamp,
  startedAt: Timestamp.nullable(),
  closedAt: Timestamp.nullable(),
});
export type Run = z.infer<typeof Run>;

/** What a host tells about itself. */
export const Diagnostics = z.object({
  agentUser: z.string(),
  version: z.string(),
  revision: z.string(),
  system: z.string(),
  systemRelease: z.string(),
  systemVersion: z.string(),
  machine: z.string(),
  hostname: z.string(),
  ipAddress: z.string(),
  macAddress: z.string(),
  memoryTotal: z.number().nullable(),
  memoryFree: z.number().nullable(),
  diskTotal: z.number().nullable(),
  diskFree: z.number().nullable(),
});

export const Status = z.object({
  id: z.int(),
  dataset: z.string(),
  run: z.uuid().nullable(),
  lease: z.int(),
  /** SETUP, WORKFLOW, UPLOAD or a custom stage's name. */
  stage: z.string(),
  state: z.enum(STATUS_STATES),
  note: z.string(),
  host: z.string().nullable(),
  at: Timestamp,
  diagnostics: Diagnostics,
});
export type Status = z.infer<typeof Status>;

export const NewDataset = z.strictObject({
  project: Slug,
  name: Name,
  description: Description.default(''),
  details: Details.default(''),
  /** Where its files lie in storage; `crunch/<project>/<dataset>` when absent, or beside that where it is taken. */
  basePath: FilePath.optional(),
  priority: z.int().min(1).max(5).default(DEFAULT_PRIORITY),
  /** A held draft is queued only by name. */
  held: z.boolean().default(false),
  /** Queue it at once, for a dataset whose files are in storage already. */
  queue: z.boolean().default(false),
  attributes: z.array(Attribute).max(1000).default([]),
});
export type NewDataset = z.infer<typeof NewDataset>;

export const DatasetChange = z.strictObject({
  name: Name.optional(),
  description: Description.optional(),
  details: Details.optional(),
  priority: z.int().min(1).max(5).optional(),
  held: z.boolean().optional(),
  /** Refused while it is queued or running. */
  archived: z.boolean().optional(),
});
export type DatasetChange = z.infer<typeof DatasetChange>;

export const datasetEndpoints = {
  createDataset: {
    method: 'post',
    path: '/datasets',
    summary: 'Add a dataset to a project',
    scope: 'edit',
    needs: { may: 'edit', at: 'body.project', fields: { priority: 'operate' } },
    takesKey: true,
    body: NewDataset,
    response: DatasetDetail,
    versioned: true,
    status: 201,
  },
  getDataset: {
    method: 'get',
    path: '/datasets/{slug}',
    summary: 'One dataset with attributes and items',
    scope: 'read',
    needs: { may: 'visit', at: 'params.slug' },
    params: DatasetParams,
    response: DatasetDetail,
    versioned: true,
  },
  changeDataset: {
    method: 'patch',
    path: '/datasets/{slug}',
    summary: 'Change a dataset',
    scope: 'edit',
    needs: { may: 'edit', at: 'params.slug', fields: { priority: 'operate' } },
    params: DatasetParams,
    headers: IfMatch,
    body: DatasetChange,
    response: DatasetDetail,
    versioned: true,
  },
  deleteDataset: {
    method: 'delete',
    path: '/datasets/{slug}',
    summary: 'Remove a dataset with its files; refused while it is queued or running',
    scope: 'edit',
    needs: { may: 'edit', at: 'params.slug' },
    params: DatasetParams,
    headers: IfMatch,
    query: z.object({ keepFiles: KeepFiles }),
  },
  listStatuses: {
    method: 'get',
    path: '/datasets/{slug}/statuses',
    summary: 'What happened to a dataset, oldest first',
    scope: 'read',
    needs: { may: 'visit', at: 'params.slug' },
    params: DatasetParams,
    query: PageQuery,
    response: pageOf(Status),
  },
  listRuns: {
    method: 'get',
    path: '/datasets/{slug}/runs',
    summary: 'The runs of a dataset, newest first',
    scope: 'read',
    needs: { may: 'visit', at: 'params.slug' },
    params: DatasetParams,
    query: PageQuery,
    response: pageOf(Run),
  },
  getRun: {
    method: 'get',
    path: '/runs/{id}',
    summary: 'One run',
    scope: 'read',
    needs: { may: 'visit', at: 'run' },
    params: z.object({ id: z.uuid() }),
    response: Run,
  },
} as const satisfies Record<string, Endpoint>;
