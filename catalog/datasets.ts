import type { DatasetState } from '../shared/domain/dataset-state.ts';
import { DEFAULT_PLAN } from '../shared/domain/plan.ts';
import { CrunchError } from '../shared/errors/crunch-error.ts';
import { FULL_ACCESS, rightLevelIn, type Access } from './access.ts';
import { announceChange } from './announce.ts';
import type { ItemAttributeRecord } from './attributes.ts';
import { recordAudit, type Actor } from './audit.ts';
import { changedFields } from './changed-fields.ts';
import { Prisma } from './generated/client.ts';
import { missing } from './item-rows.ts';
import { readItem, selectTree, type ItemRecord, type ItemRow } from './items.ts';
import { lockDataset } from './lock-dataset.ts';
import { lockItem, type ExpectedVersion } from './lock-item.ts';
import type { Catalog } from './open-catalog.ts';
import { prepared } from './prepared.ts';
import { readRun, selectLastRun, type RunRecord, type RunRow } from './runs.ts';
import { explainWait, type WaitingCause, type WaitingFacts } from './waiting-reason.ts';

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

export interface DatasetChangeInput {
  name?: string;
  description?: string;
  details?: string;
  priority?: number;
  held?: boolean;
  archived?: boolean;
}

const MOST_ITEMS = 1000;

type DatasetDetailRow = DatasetRow & { details: string; tree: ItemRow[]; run: RunRow | null };

/** One query for all of it: hosts ask for each dataset that they process. Throws `not-found`. */
export async function getDataset({ prisma }: Catalog, slug: string): Promise<DatasetDetailRecord> {
  const parts = Prisma.sql`
    , item.details,
    (SELECT json_agg(part) FROM (${selectTree(slug, MOST_ITEMS)}) AS part) AS tree,
    (SELECT row_to_json(last) FROM (${selectLastRun(slug)}) AS last) AS run`;
  const [row] = await prisma.$queryRaw<DatasetDetailRow[]>(
    prepared`${selectDatasets(Prisma.sql`WHERE item.slug = ${slug}`, FULL_ACCESS, parts)}`,
  );
  if (!row) throw missing(slug, 'dataset');
  const { details, tree, run, ...rest } = row;
  const [{ attributes } = { attributes: [] }, ...items] = tree.map(readItem);
  return { ...readDataset(rest), details, attributes, items, run: run && readRun(run) };
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

export type DatasetRow = DatasetRecord & {
  level: number;
  cause: WaitingCause | null;
} & Omit<WaitingFacts, 'cause'>;

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
      project.paused_by AS "pausedBy", project.pause_reason AS "pauseReason",
      dataset.quiet_at AS "quietAt",
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
export function readDataset(read: DatasetRow): DatasetRecord {
  const { cause, lacking, pinnedHost, pool, pausedBy, pauseReason, quietAt, reason, level: _, ...row } = read;
  const facts = { lacking, pinnedHost, pool, pausedBy, pauseReason, quietAt };
  return { ...row, reason: cause === null ? reason : explainWait({ cause, ...facts }) };
}
