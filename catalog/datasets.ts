import type { DatasetState } from '../shared/domain/dataset-state.ts';
import { DEFAULT_PLAN } from '../shared/domain/plan.ts';
import { defaultBasePath } from '../shared/domain/slug.ts';
import { CrunchError } from '../shared/errors/crunch-error.ts';
import { FULL_ACCESS, rightLevelIn, type Access } from './access.ts';
import { announceAdmission, announceChange } from './announce.ts';
import { insertAttributes, type AttributeRecord, type ItemAttributeRecord } from './attributes.ts';
import { recordAudit, type Actor } from './audit.ts';
import { changedFields } from './changed-fields.ts';
import { Prisma } from './generated/client.ts';
import { insertItem, makeSlug, missing } from './item-rows.ts';
import { listTree, type ItemRecord } from './items.ts';
import { chooseBasePath } from './base-paths.ts';
import { lockDataset } from './lock-dataset.ts';
import { lockItem, type ExpectedVersion } from './lock-item.ts';
import type { Catalog, CatalogQueries } from './open-catalog.ts';
import { prepared } from './prepared.ts';
import { findLastRun, type RunRecord } from './runs.ts';
import { keepTrees } from './tree.ts';
import { explainWait, type WaitingCause } from './waiting-reason.ts';

export interface DatasetRecord {
  id: number;
  slug: string;
  name: string;
  /** The project's slug. */
  project: string;
  description: string;
  state: DatasetState;
  stage: string | null;
  host: string | null;
  reason: string | null;
  runs: number;
  priority: number;
  held: boolean;
  basePath: string;
  queuedAt: Date | null;
  createdAt: Date;
  /** When it, an attribute or a file of it last changed. */
  updatedAt: Date;
  files: number;
  /** Of all its files together. */
  sizeBytes: number;
  archived: boolean;
  version: number;
}

export interface DatasetDetailRecord extends DatasetRecord {
  details: string;
  attributes: ItemAttributeRecord[];
  /** The items below it at any depth, at most 1,000. */
  items: ItemRecord[];
  /** The open run, else the last. */
  run: RunRecord | null;
}

export interface NewDatasetInput {
  /** The project's slug. */
  project: string;
  name: string;
  description: string;
  details: string;
  /** `crunch/<project>/<dataset>` when absent. */
  basePath?: string;
  /** Whether files that were kept at `basePath` when their dataset was deleted may be its own; no when absent. */
  reclaims?: boolean;
  priority: number;
  held: boolean;
  queue: boolean;
  /** None when absent. */
  attributes?: AttributeRecord[];
}

export interface DatasetChangeInput {
  name?: string;
  description?: string;
  details?: string;
  priority?: number;
  held?: boolean;
  archived?: boolean;
}

const MOST_ITEMS = 1000;

/** Throws `not-found`. */
export async function getDataset(catalog: Catalog, slug: string): Promise<DatasetDetailRecord> {
  const [[row], [item, ...items], run] = await Promise.all([
    catalog.prisma.$queryRaw<DatasetRow[]>(
      prepared`${selectDatasets(Prisma.sql`WHERE item.slug = ${slug}`, FULL_ACCESS)}`,
    ),
    listTree(catalog.prisma, slug, MOST_ITEMS),
    findLastRun(catalog, slug),
  ]);
  if (!row || !item) throw missing(slug, 'dataset');
  return { ...readDataset(row), details: item.details, attributes: item.attributes, items, run };
}

/**
 * Throws `not-found` for the project, `conflict` for a taken slug or base path, `invalid-input` when the name makes no
 * slug.
 */
export async function createDataset(
  catalog: Catalog,
  input: NewDatasetInput,
  { name: actor, address }: Actor,
): Promise<DatasetDetailRecord> {
  const { project, name, description, details, priority, held, queue, attributes = [] } = input;
  const slug = makeSlug(name, project);
  await catalog.transact(async (queries) => {
    await keepTrees(queries, project);
    const projectId = await findOpenProject(queries, project);
    const itemId = await insertItem(queries, {
      ...{ kind: 'dataset', parentId: projectId, slug, name, description, details },
    });
    const basePath = await chooseBasePath(queries, {
      ...{
        project,
        wanted: input.basePath,
        byDefault: defaultBasePath(project, slug),
        reclaims: input.reclaims ?? false,
      },
    });
    const queued = queue ? { state: 'queued', queuedAt: new Date() } : {};
    await queries.dataset.create({ data: { itemId, projectId, basePath, priority, held, ...queued } });
    await insertAttributes(queries, itemId, attributes);
    const detail = { after: { name, basePath, priority, held, queue } };
    await recordAudit(queries, { actor, address, action: 'dataset.create', subject: slug, detail });
    await announceChange(queries, { dataset: slug, project });
    if (queue) await announceAdmission(queries);
  });
  return getDataset(catalog, slug);
}

/** What is absent stays; a dataset renamed keeps its slug. Throws `not-found`, and `changed-meanwhile`. */
export async function changeDataset(
  catalog: Catalog,
  slug: string,
  change: DatasetChangeInput,
  { actor: { name: actor, address }, ifVersion }: ExpectedVersion & { actor: Actor },
): Promise<DatasetDetailRecord> {
  const { priority, held, archived, ...texts } = change;
  await catalog.transact(async (queries) => {
    const { id: itemId, name, description, details } = await lockItem(queries, slug, { kind: 'dataset', ifVersion });
    const { busy, state, ...before } = await lockDataset(queries, slug);
    const fields = { name, description, details, ...before };
    const detail = changedFields(fields, change);
    if (detail === undefined) return;
    if (archived === true && busy)
      throw new CrunchError('conflict', `${slug} is ${state}; cancel it, or wait, before it is archived.`);
    const archivedAt =
      archived === undefined || archived === before.archived ? undefined : archived ? new Date() : null;
    await queries.dataset.update({ where: { itemId }, data: { priority, held, archivedAt } });
    if (changedFields(fields, texts)) await queries.item.update({ where: { id: itemId }, data: texts });
    await recordAudit(queries, { actor, address, action: 'dataset.change', subject: slug, detail });
    await announceChange(queries, { dataset: slug });
  });
  return getDataset(catalog, slug);
}

/** The id of a project to which datasets may be added; it is not archived until the transaction ends. */
async function findOpenProject(queries: CatalogQueries, slug: string): Promise<number> {
  const [project] = await queries.$queryRaw<{ id: number; archived: boolean }[]>`
    SELECT project.item_id AS id, project.archived_at IS NOT NULL AS archived
    FROM project JOIN item ON item.id = project.item_id
    WHERE item.slug = ${slug} FOR KEY SHARE OF project`;
  if (!project) throw missing(slug, 'project');
  if (project.archived) throw new CrunchError('conflict', `${slug} is archived; unarchive it before you add to it.`);
  return project.id;
}

export type DatasetRow = DatasetRecord & {
  level: number;
  cause: WaitingCause | null;
  lacking: string[];
  pinnedHost: string | null;
  pool: string | null;
};

/** The query for the rows for which a clause over its tables is true, with further columns that are asked for. */
export function selectDatasets(which: Prisma.Sql, access: Access, further = Prisma.empty): Prisma.Sql {
  return Prisma.sql`
    SELECT
      dataset.item_id AS id, item.slug, item.name, project_item.slug AS project, item.description, dataset.state,
      dataset.stage, dataset.host, dataset.reason, dataset.run_count AS runs, dataset.priority, dataset.held,
      dataset.base_path AS "basePath", dataset.queued_at AS "queuedAt", item.created_at AS "createdAt",
      dataset.updated_at AS "updatedAt", dataset.file_count AS files, dataset.size_bytes::float8 AS "sizeBytes",
      item.version, dataset.archived_at IS NOT NULL AS archived,
      waiting.cause, waiting.lacking, dataset.pinned_host AS "pinnedHost", project.pool,
      ${rightLevelIn(access)} AS level ${further}
    FROM dataset
    JOIN item ON item.id = dataset.item_id
    JOIN project ON project.item_id = dataset.project_id
    JOIN item AS project_item ON project_item.id = dataset.project_id
    LEFT JOIN LATERAL (
      SELECT cause, lacking FROM waiting_cause(dataset.item_id, ${JSON.stringify(DEFAULT_PLAN)}::jsonb)
      -- The offset keeps the condition in here, so that only those that wait are looked into.
      WHERE dataset.state = 'queued' OFFSET 0
    ) AS waiting ON true
    ${which}`;
}

/** The record of a row, with what else the row has. */
export function readDataset({ cause, lacking, pinnedHost, pool, reason, level: _, ...row }: DatasetRow): DatasetRecord {
  return { ...row, reason: cause === null ? reason : explainWait({ cause, lacking, pinnedHost, pool }) };
}
