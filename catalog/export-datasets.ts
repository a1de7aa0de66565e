import type { AttributeType } from '../shared/domain/attribute-type.ts';
import type { Right } from '../shared/domain/project-role.ts';
import { rightOfSeen } from './access.ts';
import { readAttribute, type AttributeRecord, type AttributeRow } from './attributes.ts';
import { readDataset, selectDatasets, type DatasetRecord, type DatasetRow } from './datasets.ts';
import { resolveScope, type DatasetScope } from './filter/dataset-scope.ts';
import { Prisma } from './generated/client.ts';
import type { Catalog, CatalogQueries } from './open-catalog.ts';
import { pickDatasets } from './pick-datasets.ts';
import { readWithinLimit } from './read-within-limit.ts';

/** A dataset as a row of a table. */
export interface ExportedDataset extends DatasetRecord {
  /** What the reader may do in its project. */
  right: Right;
  details: string;
  attributes: AttributeRecord[];
}

/** How often a key stands at most on one dataset, with one type. */
export interface AttributeColumn {
  key: string;
  type: AttributeType;
  times: number;
}

/** Details may be long, so few rows are held at a time. */
const ROWS_TOGETHER = 200;

/** Of columns only names are held. */
const IDS_TOGETHER = 2000;

/** Datasets with their attributes, page by page, each of which is read when it is asked for. Throws `too-slow`. */
export function exportDatasets(catalog: Catalog, scope: DatasetScope): AsyncGenerator<ExportedDataset[]> {
  return readPages(catalog, scope, { limit: ROWS_TOGETHER, read: (queries, ids) => loadRows(queries, ids, scope) });
}

/** The attributes that the datasets have, those first that came first. Throws `too-slow`. */
export async function findAttributeColumns(catalog: Catalog, scope: DatasetScope): Promise<AttributeColumn[]> {
  const columns = new Map<string, AttributeColumn>();
  for await (const found of readPages(catalog, scope, { limit: IDS_TOGETHER, read: findColumnsOf })) {
    for (const column of found) {
      const name = `${column.type}:${column.key}`;
      const times = Math.max(column.times, columns.get(name)?.times ?? 0);
      columns.set(name, { ...column, times });
    }
  }
  return [...columns.values()];
}

interface PageReader<T> {
  limit: number;
  /** Reads what is wanted of the datasets with these ids. */
  read(queries: CatalogQueries, ids: number[]): Promise<T>;
}

async function* readPages<T>(catalog: Catalog, scope: DatasetScope, { limit, read }: PageReader<T>): AsyncGenerator<T> {
  let cursor: string | undefined;
  do {
    const page = await readWithinLimit(catalog, async (queries) => {
      const { items, next } = await pickDatasets(queries, await resolveScope(queries, scope), { cursor, limit });
      return { content: await read(queries, items), next };
    });
    yield page.content;
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
}

interface Extras {
  details: string;
  attributes: AttributeRow[];
}

async function loadRows(queries: CatalogQueries, ids: number[], { access }: DatasetScope): Promise<ExportedDataset[]> {
  const which = Prisma.sql`WHERE dataset.item_id = ANY (${ids}::int[]) ORDER BY dataset.item_id`;
  const rows = await queries.$queryRaw<(DatasetRow & Extras)[]>(selectDatasets(which, access, EXTRAS));
  return rows.map((row) => {
    const attributes = row.attributes.map(readAttribute);
    return { ...readDataset(row), details: row.details, right: rightOfSeen(row.level), attributes };
  });
}

const EXTRAS = Prisma.sql`,
  item.details,
  coalesce(
    (SELECT json_agg(attribute ORDER BY attribute.id) FROM attribute WHERE attribute.item_id = dataset.item_id), '[]'
  ) AS attributes`;

/** Looks into one dataset after another, so that what PostgreSQL knows of the table doesn't matter. */
function findColumnsOf(queries: CatalogQueries, ids: number[]): Promise<AttributeColumn[]> {
  return queries.$queryRaw<AttributeColumn[]>`
    SELECT key, type, max(times)::int AS times
    FROM unnest(${ids}::int[]) AS wanted (id)
    CROSS JOIN LATERAL (
      SELECT key, type, count(*) AS times, min(id) AS first FROM attribute
      WHERE attribute.item_id = wanted.id GROUP BY key, type
    ) AS counted
    GROUP BY key, type ORDER BY min(first)`;
}
