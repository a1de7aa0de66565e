import { DATASET_STATES, type DatasetState } from '../shared/domain/dataset-state.ts';
import type { Engine } from '../shared/domain/engine.ts';
import type { JsonObject } from '../shared/domain/json.ts';
import type { Plan } from '../shared/domain/plan.ts';
import type { Right } from '../shared/domain/project-role.ts';
import type { Visibility } from '../shared/domain/visibility.ts';
import { CrunchError } from '../shared/errors/crunch-error.ts';
import { FULL_ACCESS, hasRight, rightLevelIn, rightOfSeen, type Access } from './access.ts';
import { announceAccess, announceAdmission, announceChange } from './announce.ts';
import { recordAudit } from './audit.ts';
import { Prisma } from './generated/client.ts';
import { insertItem, makeSlug, missing } from './item-rows.ts';
import type { Catalog, CatalogQueries } from './open-catalog.ts';
import { cutPage, decodeCursor, type Page, type PageRequest } from './page.ts';
import { reviseWorkflow, type WorkInput } from './workflow-revisions.ts';

/** How a project's datasets are given to hosts. Null leaves it to the server's default. */
export interface ProjectSettings {
  pool: string | null;
  maxRunning: number | null;
  weight: number;
  heartbeatTimeoutMs: number | null;
  graceMs: number | null;
  killGraceMs: number | null;
  /** Bytes that a host must have free to take a dataset. */
  freeBytes: number | null;
  /** An external client that tells nothing for so long has lost its dataset. */
  externalTimeoutSeconds: number | null;
}

export interface ProjectRecord extends ProjectSettings {
  id: number;
  /** For whom it exists. */
  visibility: Visibility;
  /** Whether the public may read its logs. */
  publicLogs: boolean;
  slug: string;
  name: string;
  description: string;
  details: string;
  paused: boolean;
  createdAt: Date;
  engine: Engine | null;
  /** The current revision's workflow, null when the project has none. */
  workflow: { source: JsonObject; revision: number; sha256: string | null; entry: string | null } | null;
  plan: Plan | null;
  parameters: JsonObject;
  /** How many datasets are in each state; states without any are 0. */
  datasets: Record<DatasetState, number>;
}

/** Who else than its members sees a project, and how much of it. */
interface Openness {
  visibility?: Visibility;
  publicLogs?: boolean;
}

export interface NewProjectInput extends Partial<ProjectSettings>, Openness, WorkInput {
  /** The id of the person who becomes its owner; without one it is the admins' own. */
  ownerId?: string;
  name: string;
  description: string;
  details: string;
}

export interface ProjectChangeInput extends Partial<ProjectSettings>, Openness, WorkInput {
  name?: string;
  description?: string;
  details?: string;
}

export interface ProjectQuery extends PageRequest {
  access: Access;
}

/** The projects that exist for the caller, oldest first, each with what they may do in it. */
export async function listProjects(
  catalog: Catalog,
  { cursor, limit, access }: ProjectQuery,
): Promise<Page<ProjectRecord & { right: Right }>> {
  const [after] = decodeCursor(cursor, [0]) ?? [0];
  const exists = hasRight(access, 'visit', Prisma.sql`project.item_id`);
  const rows = await selectProjects(
    catalog.prisma,
    Prisma.sql`WHERE item.id > ${after} AND ${exists} ORDER BY item.id LIMIT ${limit + 1}`,
    access,
  );
  const records = rows.map((row) => ({ ...readProject(row), right: rightOfSeen(row.level) }));
  return cutPage(records, limit, ({ id }) => [id]);
}

/** Throws `not-found`. */
export async function getProject(catalog: Catalog, slug: string): Promise<ProjectRecord> {
  const [row] = await selectProjects(catalog.prisma, Prisma.sql`WHERE item.slug = ${slug}`, FULL_ACCESS);
  if (!row) throw missing(slug, 'project');
  return readProject(row);
}

/** Throws `conflict` when a project of that slug exists, `invalid-input` when the name makes no slug. */
export async function createProject(catalog: Catalog, input: NewProjectInput, actor: string): Promise<ProjectRecord> {
  const { name, description, details } = input;
  const slug = makeSlug(name);
  await catalog.transact(async (queries) => {
    const itemId = await insertItem(queries, { kind: 'project', parentId: null, slug, name, description, details });
    await queries.project.create({ data: { itemId, ...settingsOf(input) } });
    if (input.ownerId !== undefined) {
      await queries.membership.create({ data: { projectId: itemId, personId: input.ownerId, role: 'owner' } });
    }
    const revision = await reviseWorkflow(queries, itemId, input, actor);
    await recordAudit(queries, { actor, action: 'project.create', subject: slug, detail: { revision } });
    await announceChange(queries, { project: slug });
    await announceAccess(queries);
  });
  return getProject(catalog, slug);
}

/** What is absent from `change` stays; a project renamed keeps its slug. Throws `not-found`. */
export async function changeProject(
  catalog: Catalog,
  slug: string,
  change: ProjectChangeInput,
  actor: string,
): Promise<ProjectRecord> {
  const { name, description, details } = change;
  await catalog.transact(async (queries) => {
    const itemId = await lockProject(queries, slug);
    await queries.item.update({ where: { id: itemId }, data: { name, description, details } });
    await queries.project.update({ where: { itemId }, data: settingsOf(change) });
    const revision = await reviseWorkflow(queries, itemId, change, actor);
    const detail = { revision, changed: Object.keys(change) };
    await recordAudit(queries, { actor, action: 'project.change', subject: slug, detail });
    await announceChange(queries, { project: slug });
    await announceAccess(queries);
    // Another pool, a higher cap or a first workflow may let queued datasets go.
    await announceAdmission(queries);
  });
  return getProject(catalog, slug);
}

/** Removes a project with its datasets. Throws `not-found`, and `conflict` while a dataset is queued or running. */
export async function deleteProject(catalog: Catalog, slug: string, actor: string): Promise<void> {
  await catalog.transact(async (queries) => {
    const itemId = await lockProject(queries, slug);
    const [busy] = await queries.$queryRaw<{ count: number }[]>`
      WITH locked AS (SELECT state, open_run_id FROM dataset WHERE project_id = ${itemId} FOR UPDATE)
      SELECT count(*)::int FROM locked WHERE state IN ('queued', 'running') OR open_run_id IS NOT NULL`;
    if (busy && busy.count > 0) {
      throw new CrunchError(
        'conflict',
        `${busy.count} datasets of ${slug} are queued or running; cancel them before the project is deleted.`,
      );
    }
    await queries.item.delete({ where: { id: itemId } });
    await recordAudit(queries, { actor, action: 'project.delete', subject: slug, detail: {} });
    await announceChange(queries, { project: slug });
    await announceAccess(queries);
  });
}

/** Changes of one project take turns, so that revisions count up without gaps. Nobody adds datasets meanwhile. */
export async function lockProject(queries: CatalogQueries, slug: string): Promise<number> {
  const [project] = await queries.$queryRaw<{ id: number }[]>`
    SELECT project.item_id AS id FROM project JOIN item ON item.id = project.item_id
    WHERE item.slug = ${slug} FOR UPDATE OF project`;
  if (!project) throw missing(slug, 'project');
  return project.id;
}

function settingsOf(input: Partial<ProjectSettings> & Openness) {
  const { visibility, publicLogs, pool, maxRunning, weight, heartbeatTimeoutMs, graceMs, killGraceMs, freeBytes } =
    input;
  const { externalTimeoutSeconds } = input;
  return {
    ...{
      visibility,
      publicLogs,
      pool,
      maxRunning,
      weight,
      heartbeatTimeoutMs,
      graceMs,
      killGraceMs,
      externalTimeoutSeconds,
    },
    freeBytes: typeof freeBytes === 'number' ? BigInt(freeBytes) : freeBytes,
  };
}

type ProjectRow = Omit<ProjectRecord, 'freeBytes' | 'workflow' | 'datasets'> & {
  level: number;
  freeBytes: bigint | null;
  counts: Partial<Record<DatasetState, number>> | null;
  source: JsonObject | null;
  revision: number;
  sha256: string | null;
  entry: string | null;
};

async function selectProjects(queries: CatalogQueries, which: Prisma.Sql, access: Access): Promise<ProjectRow[]> {
  return queries.$queryRaw<ProjectRow[]>`
    SELECT
      item.id, item.slug, item.name, item.description, item.details, item.created_at AS "createdAt",
      ${rightLevelIn(access)} AS level, project.visibility, project.public_logs AS "publicLogs",
      project.pool, project.max_running AS "maxRunning", project.weight, project.paused,
      project.heartbeat_timeout_ms AS "heartbeatTimeoutMs", project.grace_ms AS "graceMs",
      project.kill_grace_ms AS "killGraceMs", project.free_bytes AS "freeBytes",
      project.external_timeout_seconds AS "externalTimeoutSeconds",
      revision.engine, revision.source, revision.number AS revision, revision.sha256, revision.entry,
      revision.plan, coalesce(revision.parameters, '{}') AS parameters,
      (
        SELECT jsonb_object_agg(of_state.state, of_state.count)
        FROM (
          SELECT state, sum(count) AS count FROM dataset_tally WHERE project_id = item.id GROUP BY state
        ) AS of_state
      ) AS counts
    FROM project
    JOIN item ON item.id = project.item_id
    LEFT JOIN workflow_revision AS revision ON revision.id = project.revision_id
    ${which}`;
}

function readProject({
  counts,
  source,
  revision,
  sha256,
  entry,
  freeBytes,
  level: _,
  ...row
}: ProjectRow): ProjectRecord {
  const datasets = Object.fromEntries(DATASET_STATES.map((state) => [state, counts?.[state] ?? 0]));
  return {
    ...row,
    freeBytes: freeBytes === null ? null : Number(freeBytes),
    workflow: source && { source, revision, sha256, entry },
    datasets: datasets as Record<DatasetState, number>,
  };
}
