import type { FilterField } from '../../shared/domain/filter/filter-fields.ts';
import { hasRight, mayEverywhere, type Access } from '../access.ts';
import { Prisma } from '../generated/client.ts';

export type ColumnField = Exclude<FilterField, 'text'>;

/** A field in SQL, and the type as which its values travel. */
export interface FieldColumn {
  sql: Prisma.Sql;
  type: 'text' | 'float8' | 'timestamptz';
}

/** What each field but `text` is, with DATASET_JOINS. */
const COLUMNS: Record<ColumnField, FieldColumn> = {
  name: { sql: Prisma.sql`item.name`, type: 'text' },
  slug: { sql: Prisma.sql`item.slug`, type: 'text' },
  project: { sql: Prisma.sql`project_item.slug`, type: 'text' },
  state: { sql: Prisma.sql`dataset.state`, type: 'text' },
  stage: { sql: Prisma.sql`dataset.stage`, type: 'text' },
  host: { sql: Prisma.sql`dataset.host`, type: 'text' },
  reason: { sql: Prisma.sql`dataset.reason`, type: 'text' },
  priority: { sql: Prisma.sql`dataset.priority`, type: 'float8' },
  held: { sql: Prisma.sql`dataset.held::int`, type: 'float8' },
  created: { sql: Prisma.sql`item.created_at`, type: 'timestamptz' },
  updated: { sql: Prisma.sql`dataset.updated_at`, type: 'timestamptz' },
  queued: { sql: Prisma.sql`dataset.queued_at`, type: 'timestamptz' },
  started: { sql: Prisma.sql`last_run.started_at`, type: 'timestamptz' },
  finished: { sql: Prisma.sql`last_run.closed_at`, type: 'timestamptz' },
  runs: { sql: Prisma.sql`dataset.run_count`, type: 'float8' },
  files: { sql: Prisma.sql`dataset.file_count`, type: 'float8' },
  size: { sql: Prisma.sql`dataset.size_bytes`, type: 'float8' },
};

/** Which host has a dataset, and why, is not for the public: visitors neither see nor find, order or count by it. */
const HIDDEN_FROM_VISITORS = new Set<ColumnField>(['host', 'reason']);

/** What a field is for the caller, with DATASET_JOINS. */
export function columnOf(field: ColumnField, access: Access): FieldColumn {
  const column = COLUMNS[field];
  if (!HIDDEN_FROM_VISITORS.has(field) || mayEverywhere(access, 'view')) return column;
  const views = hasRight(access, 'view', Prisma.sql`dataset.project_id`);
  return { ...column, sql: Prisma.sql`(CASE WHEN ${views} THEN ${column.sql} END)` };
}

/** Where a field's index ends with the dataset's id, and what a list in its order has to say to be read from there. */
interface FieldOrder {
  id: Prisma.Sql;
  conditions: Prisma.Sql[];
}

const OF_ITEM = Prisma.sql`item.id`;
const OF_RUN: FieldOrder = { id: Prisma.sql`last_run.dataset_id`, conditions: [] };
const IN_PROJECT = Prisma.sql`item.kind = 'dataset' AND item.parent_id = dataset.project_id`;

const ORDERS: Partial<Record<ColumnField, FieldOrder>> = {
  name: { id: OF_ITEM, conditions: [IN_PROJECT] },
  slug: { id: OF_ITEM, conditions: [] },
  created: { id: OF_ITEM, conditions: [IN_PROJECT] },
  started: OF_RUN,
  finished: OF_RUN,
};

/** The dataset's id as it stands beside a field that it has, with DATASET_JOINS, and what is true of all that have one. */
export function orderOf(field: ColumnField): FieldOrder {
  return ORDERS[field] ?? { id: Prisma.sql`dataset.item_id`, conditions: [] };
}

/** What is joined to `dataset` for its fields. PostgreSQL leaves out of these joins what a query has no use for. */
export const DATASET_JOINS = Prisma.sql`
  LEFT JOIN item ON item.id = dataset.item_id
  LEFT JOIN item AS project_item ON project_item.id = dataset.project_id
  LEFT JOIN run AS last_run ON last_run.dataset_id = dataset.item_id AND last_run.number = dataset.run_count`;
