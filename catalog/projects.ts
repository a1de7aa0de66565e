import { DATASET_STATES, type DatasetState } from '../shared/domain/dataset-state.ts';
import type { Engine } from '../shared/domain/engine.ts';
import type { JsonObject } from '../shared/domain/json.ts';
import type { Plan } from '../shared/domain/plan.ts';
import type { Right } from '../shared/domain/project-role.ts';
import type { Visibility } from '../shared/domain/visibility.ts';
import { CrunchError } from '../shared/errors/crunch-error.ts';
import { FULL_ACCESS, hasRight, rightLevelIn, rightOfSeen, type Access } from './access.ts';
import { announceAccess, announceAdmission, announceChange } from './announce.ts';
import { recordAudit, type Actor } from './audit.ts';
import { changedFields } from './changed-fields.ts';
import { Prisma } from './generated/client.ts';
import { insertItem, makeSlug, missing } from './item-rows.ts';
import { lockItem, type ExpectedVersion } from './lock-item.ts';
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
  /** Who paused it, and why; null while it is not. */
  pause: { by: string; at: Date; reason: string | null } | null;
  createdAt: Date;
  archived: boolean;
  version: number;
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
  archived?: boolean;
}

export interface ProjectQuery extends PageRequest {
  /** Also those that are archived. */
  archived?: boolean;
  access: Access;
}

/** The projects that exist for the caller, oldest first, each with what they may do in it. */
export async function listProjects(
  catalog: Catalog,
  { cursor, limit, archived, access }: ProjectQuery,
): Promise<Page<ProjectRecord & { right: Right }>> {
  const [after] = decodeCursor(cursor, [0]) ?? [0];
  const exists = hasRight(access, 'visit', Prisma.sql`project.item_id`);
  const unarchived = archived ? Prisma.empty : Prisma.sql`AND project.archived_at IS NULL`;
  const rows = await selectProjects(
    catalog.prisma,
    Prisma.sql`WHERE item.id > ${after} AND ${exists} ${unarchived} ORDER BY item.id LIMIT ${limit + 1}`,
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
export async function createProject(
  catalog: Catalog,
  input: NewProjectInput,
  { name: actor, address }: Actor,
): Promise<ProjectRecord> {
  const { name, description, details } = input;
  const slug = makeSlug(name);
  await catalog.transact(async (queries) => {
    const itemId = await insertItem(queries, { kind: 'project', parentId: null, slug, name, description, details });
    await queries.project.create({ data: { itemId, ...settingsOf(input) } });
    if (input.ownerId !== undefined) {
      await queries.membership.create({ data: { projectId: itemId, personId: input.ownerId, role: 'owner' } });
    }
    const revision = await reviseWorkflow(queries, itemId, input, actor);
    await recordAudit(queries, { actor, address, action: 'project.create', subject: slug, detail: { revision } });
    await announceChange(queries, { project: slug });
    await announceAccess(queries);
  });
  return getProject(catalog, slug);
}

/** What is absent from `change` stays; a project renamed keeps its slug. Throws `not-found`, and `changed-meanwhile`. */
export async function changeProject(
  catalog: Catalog,
  slug: string,
  change: ProjectChangeInput,
  { actor: { name: actor, address }, ifVersion }: ExpectedVersion & { actor: Actor },
): Promise<ProjectRecord> {
  const { name, description, details, archived } = change;
  await catalog.transact(async (queries) => {
    await lockItem(queries, slug, { kind: 'project', ifVersion });
    const itemId = await lockProject(queries, slug);
    const before = await readFields(queries, slug);
    const texts = { name, description, details };
    if (changedFields(before, texts)) await queries.item.update({ where: { id: itemId }, data: texts });
    if (archived === true && !before.archived) await requireAtRest(queries, itemId, slug);
    const archivedAt =
      archived === undefined || archived === before.archived ? undefined : archived ? new Date() : null;
    await queries.project.update({ where: { itemId }, data: { ...settingsOf(change), archivedAt } });
    const revision = await reviseWorkflow(queries, itemId, change, actor);
    const changed = changedFields(before, await readFields(queries, slug));
    if (changed === undefined) return;
    const detail = { revision, ...changed };
    await recordAudit(queries, { actor, address, action: 'project.change', subject: slug, detail });
    await announceChange(queries, { project: slug });
    await announceAccess(queries);
    // Another pool, a higher cap or a first workflow may let queued datasets go.
    await announceAdmission(queries);
  });
  return getProject(catalog, slug);
}

/** What people can change in a project; a workflow's content by its checksum. */
async function readFields(queries: CatalogQueries, slug: string) {
  const [row] = await selectProjects(queries, Prisma.sql`WHERE item.slug = ${slug}`, FULL_ACCESS);
  if (!row) throw missing(slug, 'project');
  const { name, description, details, archived, visibility, publicLogs } = row;
  const { revision, engine, plan, parameters, sha256: workflow } = row;
  const { pool, maxRunning, weight, heartbeatTimeoutMs, graceMs, killGraceMs, freeBytes, externalTimeoutSeconds } =
    readProject(row);
  return {
    ...{ name, description, details, archived, visibility, publicLogs },
    ...{ revision, engine, plan, parameters, workflow },
    ...{ pool, maxRunning, weight, heartbeatTimeoutMs, graceMs, killGraceMs, freeBytes, externalTimeoutSeconds },
  };
}

/** Nobody queues its datasets meanwhile: who does so holds the project's row. */
async function requireAtRest(queries: CatalogQueries, id: number, slug: string): Promise<void> {
  const busy = await queries.dataset.count({
    where: { projectId: id, OR: [{ state: { in: ['queued', 'running'] } }, { openRunId: { not: null } }] },
  });
  if (busy === 0) return;
  const message = `${busy} datasets of ${slug} are queued or running; cancel them, or wait, before it is archived.`;
  throw new CrunchError('conflict', message);
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

type ProjectRow = Omit<ProjectRecord, 'freeBytes' | 'workflow' | 'datasets' | 'pause'> & {
  level: number;
  pausedBy: string | null;
  pausedAt: Date | null;
  pauseReason: string | null;
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
      item.version,
      ${rightLevelIn(access)} AS level, project.visibility, project.public_logs AS "publicLogs",
      project.pool, project.max_running AS "maxRunning", project.weight, project.paused,
      project.paused_by AS "pausedBy", project.paused_at AS "pausedAt", project.pause_reason AS "pauseReason",
      project.archived_at IS NOT NULL AS archived,
      project.heartbeat_timeout_ms AS "heartbeatTimeoutMs", project.grace_ms AS "graceMs",
      project.kill_grace_ms AS "killGraceMs", project.free_bytes AS "freeBytes",
      project.external_timeout_seconds AS "externalTimeoutSeconds",
      revision.engine, revision.source, revision.number AS revision, revision.sha256, revision.entry,
      revision.plan, coalesce(revision.parameters, '{}') AS parameters,
      (
        SELECT jsonb_object_agg(of_state.state, of_state.count)
        FROM (
          SELECT state, sum(count) AS count FROM dataset_tally
          WHERE project_id = item.id AND NOT archived GROUP BY state
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
  pausedBy,
  pausedAt,
  pauseReason,
  level: _,
  ...row
}: ProjectRow): ProjectRecord {
  const datasets = Object.fromEntries(DATASET_STATES.map((state) => [state, counts?.[state] ?? 0]));
  return {
    ...row,
    pause: pausedBy === null || pausedAt === null ? null : { by: pausedBy, at: pausedAt, reason: pauseReason },
    freeBytes: freeBytes === null ? null : Number(freeBytes),
    workflow: source && { source, revision, sha256, entry },
    datasets: datasets as Record<DatasetState, number>,
  };
}
