import { z } from 'zod';
import { DATASET_STATES } from '../domain/dataset-state.ts';
import { ENGINES } from '../domain/engine.ts';
import { findPlanFaults } from '../domain/plan.ts';
import { VISIBILITIES } from '../domain/visibility.ts';
import { isStageName } from '../domain/stage.ts';
import {
  Description,
  Details,
  Flag,
  JsonObject,
  Name,
  PageQuery,
  pageOf,
  Rights,
  Sha256,
  SizeBytes,
  Slug,
  SlugParams,
  Timestamp,
} from './common.ts';
import type { Endpoint } from './endpoint.ts';
import { KeepFiles } from './tree.ts';
import { IfMatch, ItemVersion } from './versions.ts';

export const EngineName = z.enum(ENGINES);

const durationMs = (smallest: number, largest: number) => z.int().min(smallest).max(largest);

export const PlanStep = z.strictObject({
  stage: z
    .string()
    .refine(isStageName, 'must be a stage name: a-z, 0-9 and -, not “report”')
    .meta({ example: 'workflow' }),
  parameters: JsonObject.optional(),
  timeoutMs: durationMs(1000, 365 * 24 * 3600 * 1000).optional(),
  maxAttempts: z.int().min(1).max(20).optional(),
});

export const Plan = z.array(PlanStep);

/** A plan that can work. */
const NewPlan = Plan.min(1, 'must hold a stage')
  .max(50)
  .superRefine((plan, context) => {
    for (const { step, message } of findPlanFaults(plan)) {
      context.addIssue({ code: 'custom', path: [step, 'stage'], message });
    }
  });

/** Where a project's workflow comes from. */
export const WorkflowSource = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('text'),
    text: z
      .string()
      .min(1)
      .max(4 * 1024 * 1024),
    /** What to call the file in the workspace. */
    fileName: z
      .string()
      .regex(/^[\w][\w.-]{0,100}$/)
      .optional(),
  }),
  z.strictObject({ kind: z.literal('url'), url: z.url() }),
  z.strictObject({
    kind: z.literal('repository'),
    url: z.string().min(1).max(2000),
    /** A branch, tag or commit. */
    revision: z.string().min(1).max(200),
    /** The workflow file inside the repository. */
    path: z.string().min(1).max(1024),
  }),
]);
export type WorkflowSource = z.infer<typeof WorkflowSource>;

/** How many datasets are in each state. */
export const StateCounts = z
  .record(z.enum(DATASET_STATES), z.int())
  .meta({ example: Object.fromEntries(DATASET_STATES.map((state) => [state, state === 'completed' ? 3 : 0])) });

export const ProjectSettings = z.object({
  pool: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,62}$/)
    .nullable(),
  maxRunning: z.int().min(1).nullable(),
  weight: z.int().min(1).max(1000),
  heartbeatTimeoutMs: durationMs(1000, 3600_000).nullable(),
  graceMs: durationMs(0, 24 * 3600_000).nullable(),
  killGraceMs: durationMs(0, 600_000).nullable(),
  freeBytes: SizeBytes.nullable(),
  /** A client of django-crunch that tells nothing for so long has lost its dataset. */
  externalTimeoutSeconds: z
    .int()
    .min(1)
    .max(365 * 24 * 3600)
    .nullable(),
});

/** For whom a project exists besides its members. */
const Openness = z.object({
  visibility: z.enum(VISIBILITIES),
  /** Whether those who see it only because it is public may read its logs. */
  publicLogs: z.boolean(),
});

export const Project = ProjectSettings.extend({
  ...Openness.shape,
  slug: z.string(),
  name: z.string(),
  description: z.string(),
  details: z.string(),
  engine: EngineName.nullable(),
  workflow: z
    .object({
      /** As given, without the text itself. */
      source: JsonObject,
      revision: z.int(),
      /** Null until the source could be fetched. */
      sha256: Sha256.nullable(),
      entry: z.string().nullable(),
    })
    .nullable(),
  plan: Plan.nullable(),
  parameters: JsonObject,
  /** While it is, hosts get none of its datasets; those that they have, they finish. */
  paused: z.boolean(),
  /** Who paused it, and why; null while it is not paused, and for visitors. */
  pause: z.object({ by: z.string(), at: Timestamp, reason: z.string().nullable() }).nullable(),
  datasets: StateCounts,
  createdAt: Timestamp,
  /** It is hidden from lists, and none of its datasets is queued. */
  archived: z.boolean(),
  version: ItemVersion,
  may: Rights,
  /** What the caller should know, such as a source that could not be fetched yet, or what the plan leaves out. */
  warning: z.string().nullable(),
});
export type Project = z.infer<typeof Project>;

/** What makes a new workflow revision when changed. */
const Work = z.strictObject({
  engine: EngineName.optional(),
  workflow: WorkflowSource.optional(),
  plan: NewPlan.optional(),
  parameters: JsonObject.optional(),
});

export const NewProject = Work.extend({
  name: Name,
  description: Description.default(''),
  details: Details.default(''),
  ...ProjectSettings.partial().shape,
  ...Openness.partial().shape,
});
export type NewProject = z.infer<typeof NewProject>;

export const ProjectChange = Work.extend({
  name: Name.optional(),
  description: Description.optional(),
  details: Details.optional(),
  /** Refused while a dataset is queued or running. */
  archived: z.boolean().optional(),
  ...ProjectSettings.partial().shape,
  ...Openness.partial().shape,
});
export type ProjectChange = z.infer<typeof ProjectChange>;

export const projectEndpoints = {
  listProjects: {
    method: 'get',
    path: '/projects',
    summary: 'All projects with their datasets counted by state',
    scope: 'read',
    needs: { may: 'visit', at: 'each' },
    query: PageQuery.extend({
      /** Also those that are archived. */
      archived: Flag,
    }),
    response: pageOf(Project),
  },
  createProject: {
    method: 'post',
    path: '/projects',
    summary: 'Add a project with its workflow',
    scope: 'edit',
    needs: { be: 'member' },
    takesKey: true,
    body: NewProject,
    response: Project,
    versioned: true,
    status: 201,
  },
  getProject: {
    method: 'get',
    path: '/projects/{slug}',
    summary: 'One project',
    scope: 'read',
    needs: { may: 'visit', at: 'params.slug' },
    params: SlugParams,
    response: Project,
    versioned: true,
  },
  changeProject: {
    method: 'patch',
    path: '/projects/{slug}',
    summary: 'Change a project; a changed engine, workflow, plan or parameter makes a new revision',
    scope: 'admin',
    needs: { may: 'own', at: 'params.slug' },
    params: SlugParams,
    headers: IfMatch,
    body: ProjectChange,
    response: Project,
    versioned: true,
  },
  deleteProject: {
    method: 'delete',
    path: '/projects/{slug}',
    summary: 'Remove a project with its datasets and their files; refused while one is queued or running',
    scope: 'admin',
    needs: { may: 'own', at: 'params.slug' },
    params: SlugParams,
    headers: IfMatch,
    query: z.object({
      keepFiles: KeepFiles,
      /** The project's slug once more. */
      confirm: Slug,
    }),
  },
  getProjectWorkflow: {
    method: 'get',
    path: '/projects/{slug}/workflow',
    summary: 'The text of a project’s workflow as it is now; null for a repository, and while it is not fetched yet',
    scope: 'read',
    needs: { may: 'view', at: 'params.slug' },
    params: SlugParams,
    response: z.object({ revision: z.int().nullable(), text: z.string().nullable() }),
  },
  getWorkflowContent: {
    method: 'get',
    path: '/workflow-contents/{sha256}',
    summary: 'The bytes of a workflow revision: a text, or a tar of a repository tree',
    scope: 'host',
    needs: { be: 'host' },
    params: z.object({ sha256: Sha256 }),
    response: 'bytes',
  },
} as const satisfies Record<string, Endpoint>;
