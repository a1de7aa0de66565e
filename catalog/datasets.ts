import type { DatasetState } from '../shared/domain/dataset-state.ts';
import { DEFAULT_PLAN } from '../shared/domain/plan.ts';
import { defaultBasePath } from '../shared/domain/slug.ts';
import { CrunchError } from '../shared/errors/crunch-error.ts';
import { FULL_ACCESS, rightLevelIn, type Access } from './access.ts';
import { announceAdmission, announceChange } from './announce.ts';
import { insertAttributes, type AttributeRecord } from './attributes.ts';
import { recordAudit } from './audit.ts';
import { Prisma } from './generated/client.ts';
import { findItemId, insertItem, makeSlug, missing } from './item-rows.ts';
import { listTree, type ItemRecord } from './items.ts';
import { lockDataset } from './lock-dataset.ts';
import type { Catalog, CatalogQueries } from './open-catalog.ts';
import { findLastRun, type RunRecord } from './runs.ts';
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
}

export interface DatasetDetailRecord extends DatasetRecord {
  details: string;
  attributes: AttributeRecord[];
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
}

const MOST_ITEMS = 1000;

/** Throws `not-found`. */
export async function getDataset(catalog: Catalog, slug: string): Promise<DatasetDetailRecord> {
  const [[row], [item, ...items], run] = await Promise.all([
    selectDatasets(catalog.prisma, Prisma.sql`WHERE item.slug = ${slug}`, FULL_ACCESS),
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
export async function createDataset(catalog: Catalog, input: NewDatasetInput): Promise<DatasetDetailRecord> {
  const { project, name, description, details, priority, held, queue, attributes = [] } = input;
  const slug = makeSlug(name, project);
  await catalog.transact(async (queries) => {
    const projectId = await findProjectId(queries, project);
    const itemId = await insertItem(queries, {
      ...{ kind: 'dataset', parentId: projectId, slug, name, description, details },
    });
    const basePath = input.basePath ?? defaultBasePath(project, slug);
    await requireFreeBasePath(queries, basePath);
    const queued = queue ? { state: 'queued', queuedAt: new Date() } : {};
    await queries.dataset.create({ data: { itemId, projectId, basePath, priority, held, ...queued } });
    await insertAttributes(queries, itemId, attributes);
    await announceChange(queries, { dataset: slug, project });
    if (queue) await announceAdmission(queries);
  });
  return getDataset(catalog, slug);
}

/** What is absent stays; a dataset renamed keeps its slug. Throws `not-found`. */
export async function changeDataset(
  catalog: Catalog,
  slug: string,
  { name, description, details, priority, held }: DatasetChangeInput,
): Promise<DatasetDetailRecord> {
  await catalog.transact(async (queries) => {
    const itemId = await findItemId(queries, slug);
    const { count } = await queries.dataset.updateMany({ where: { itemId }, data: { priority, held } });
    if (count === 0) throw missing(slug, 'dataset');
    await queries.item.update({ where: { id: itemId }, data: { name, description, details } });
    await announceChange(queries, { dataset: slug });
  });
  return getDataset(catalog, slug);
}

/** Removes a dataset from the catalog; its files stay. Throws `not-found`, and `conflict` while queued or running. */
export async function deleteDataset(catalog: Catalog, slug: string, actor: string): Promise<void> {
  await catalog.transact(async (queries) => {
    const dataset = await lockDataset(queries, slug);
    if (dataset.busy) throw new CrunchError('conflict', `${slug} is ${dataset.state}; cancel it before it is deleted.`);
    await queries.item.delete({ where: { id: dataset.id } });
    await recordAudit(queries, { actor, action: 'dataset.delete', subject: slug, detail: {} });
    await announceChange(queries, { dataset: slug });
  });
}

async function findProjectId(queries: CatalogQueries, slug: string): Promise<number> {
  const project = await queries.item.findUnique({ where: { slug, kind: 'project' }, select: { id: true } });
  if (!project) throw missing(slug, 'project');
  return project.id;
}

/** No dataset's folder lies within another's: whoever may reach one reaches all that is below it. */
async function requireFreeBasePath(queries: CatalogQueries, basePath: string): Promise<void> {
  const parts = basePath.split('/');
  const folders = parts.map((_, index) => parts.slice(0, index + 1).join('/'));
  // `0` comes right after `/`: what lies between is below the folder.
  const [taken] = await queries.$queryRaw<{ slug: string; basePath: string }[]>`
    SELECT item.slug, dataset.base_path AS "basePath"
    FROM dataset JOIN item ON item.id = dataset.item_id
    WHERE base_path = ANY (${folders})
      OR (base_path > ${`${basePath}/`} AND base_path < ${`${basePath}0`})
    LIMIT 1`;
  if (taken) {
    throw new CrunchError('conflict', `${taken.basePath} holds the files of ${taken.slug}; give another base path.`);
  }
}

export type DatasetRow = DatasetRecord & {
  level: number;
  cause: WaitingCause | null;
  lacking: string[];
  pinnedHost: string | null;
  pool: string | null;
};

/** The rows for which a clause over the tables of this query is true, with further columns that are asked for. */
export async function selectDatasets<Further = unknown>(
  queries: CatalogQueries,
  which: Prisma.Sql,
  access: Access,
  further = Prisma.empty,
): Promise<(DatasetRow & Further)[]> {
  return queries.$queryRaw<(DatasetRow & Further)[]>`
    SELECT
      dataset.item_id AS id, item.slug, item.name, project_item.slug AS project, item.description, dataset.state,
      dataset.stage, dataset.host, dataset.reason, dataset.run_count AS runs, dataset.priority, dataset.held,
      dataset.base_path AS "basePath", dataset.queued_at AS "queuedAt", item.created_at AS "createdAt",
      dataset.updated_at AS "updatedAt", dataset.file_count AS files, dataset.size_bytes::float8 AS "sizeBytes",
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
