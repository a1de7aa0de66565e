import type { AttributeType } from '../shared/domain/attribute-type.ts';
import type { Right } from '../shared/domain/project-role.ts';
import type { AttributeRecord } from './attributes.ts';
import type { DatasetRecord } from './datasets.ts';
import type { DatasetScope } from './filter/dataset-scope.ts';
import { listItemsById } from './items.ts';
import { listDatasets } from './list-datasets.ts';
import type { Catalog } from './open-catalog.ts';

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
const PAGE_SIZE = 200;

/** Datasets with their attributes, page by page, each of which is read when it is asked for. */
export async function* exportDatasets(catalog: Catalog, scope: DatasetScope): AsyncGenerator<ExportedDataset[]> {
  for await (const datasets of listPages(catalog, scope)) {
    const items = await listItemsById(
      catalog,
      datasets.map(({ id }) => id),
    );
    const byId = new Map(items.map((item) => [item.id, item]));
    yield datasets.flatMap((dataset) => {
      const item = byId.get(dataset.id);
      // One that was removed meanwhile is left out.
      return item === undefined ? [] : [{ ...dataset, details: item.details, attributes: item.attributes }];
    });
  }
}

/** The attributes that the datasets have, those first that came first. */
export async function findAttributeColumns(catalog: Catalog, scope: DatasetScope): Promise<AttributeColumn[]> {
  const columns = new Map<string, AttributeColumn>();
  for await (const datasets of listPages(catalog, scope)) {
    const ids = datasets.map(({ id }) => id);
    const found = await catalog.prisma.$queryRaw<AttributeColumn[]>`
      SELECT key, type, max(times)::int AS times
      FROM (
        SELECT key, type, count(*) AS times, min(id) AS first FROM attribute
        WHERE item_id = ANY (${ids}) GROUP BY item_id, key, type
      ) AS counted
      GROUP BY key, type ORDER BY min(first)`;
    for (const column of found) {
      const name = `${column.type}:${column.key}`;
      const times = Math.max(column.times, columns.get(name)?.times ?? 0);
      columns.set(name, { ...column, times });
    }
  }
  return [...columns.values()];
}

async function* listPages(
  catalog: Catalog,
  scope: DatasetScope,
): AsyncGenerator<Omit<ExportedDataset, 'details' | 'attributes'>[]> {
  let cursor: string | undefined;
  do {
    const { items, next } = await listDatasets(catalog, { ...scope, columns: [], cursor, limit: PAGE_SIZE });
    if (items.length > 0) yield items;
    cursor = next ?? undefined;
  } while (cursor !== undefined);
}
