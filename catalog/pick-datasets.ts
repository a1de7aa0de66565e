import type { SortOrder } from '../shared/domain/filter/parse-sort.ts';
import { DATASET_JOINS, type FieldColumn } from './filter/dataset-columns.ts';
import { scopeConditions, type ResolvedScope } from './filter/dataset-scope.ts';
import { everyOf } from './filter/compare-values.ts';
import { segmentList, type SortSegment } from './filter/sort-segments.ts';
import { Prisma } from './generated/client.ts';
import type { CatalogQueries } from './open-catalog.ts';
import { cutPage, decodeCursor, wrongCursor, type Page, type PageRequest } from './page.ts';

/** Where a dataset stands in a list. */
interface Place {
  id: number;
  segment: number;
  /** What it is ordered by, as a text; empty for those without. */
  value: string;
}

export interface PickRequest extends PageRequest {
  /** By id when absent. */
  sort?: SortOrder;
}

/**
 * The ids of a page of a list. Takes one query, or one for each type of value that the page spans, of which there are
 * at most three. Throws `invalid-input` for a cursor of another list.
 */
export async function pickDatasets(
  queries: CatalogQueries,
  scope: ResolvedScope,
  { sort, cursor, limit }: PickRequest,
): Promise<Page<number>> {
  const { segments, filter } = segmentList(sort, scope);
  const order = describeOrder(sort);
  const conditions = scopeConditions({ ...scope, filter });
  const after = readCursor(cursor, order, segments);
  const places: Place[] = [];
  for (const [index, segment] of segments.entries()) {
    if (places.length > limit || index < (after?.segment ?? 0)) continue;
    const where = [...segment.conditions, ...conditions];
    if (after?.segment === index) where.push(comesAfter(segment, after, sort));
    const rows = await readSegment(queries, { ...segment, conditions: where }, sort, limit + 1 - places.length);
    places.push(...rows.map(({ id, value }) => ({ id, segment: index, value: writeValue(value) })));
  }
  const page = cutPage(places, limit, ({ segment, value, id }) => [order, segment, value, id]);
  return { ...page, items: page.items.map(({ id }) => id) };
}

interface SegmentRow {
  id: number;
  value: string | number | Date | null;
}

function readSegment(
  queries: CatalogQueries,
  { from, id, value, conditions }: SortSegment,
  sort: SortOrder | undefined,
  limit: number,
): Promise<SegmentRow[]> {
  const way = sort?.descending ? Prisma.sql`DESC` : Prisma.sql`ASC`;
  const order = value === undefined ? Prisma.sql`${id} ${way}` : Prisma.sql`${value.sql} ${way}, ${id} ${way}`;
  return queries.$queryRaw<SegmentRow[]>`
    SELECT ${id} AS id, ${value === undefined ? Prisma.sql`NULL` : shownValue(value)} AS value
    FROM ${from} ${DATASET_JOINS}
    WHERE ${everyOf(conditions)}
    ORDER BY ${order} LIMIT ${limit}`;
}

function shownValue({ sql, type }: FieldColumn): Prisma.Sql {
  return type === 'float8' ? Prisma.sql`${sql}::float8` : sql;
}

function comesAfter({ id, value }: SortSegment, after: Place, sort: SortOrder | undefined): Prisma.Sql {
  const sign = sort?.descending ? Prisma.sql`<` : Prisma.sql`>`;
  if (value === undefined) return Prisma.sql`${id} ${sign} ${after.id}`;
  return Prisma.sql`(${value.sql}, ${id}) ${sign} (${readValue(value, after.value)}, ${after.id}::int)`;
}

function writeValue(value: SegmentRow['value']): string {
  return value instanceof Date ? value.toISOString() : String(value ?? '');
}

/** Throws `invalid-input` for a value that no cursor of this list holds. */
function readValue({ type }: FieldColumn, value: string): Prisma.Sql {
  switch (type) {
    case 'text':
      return Prisma.sql`${value}`;
    case 'float8':
      if (value === '' || !Number.isFinite(Number(value))) throw wrongCursor();
      return Prisma.sql`${value}::float8`;
    case 'timestamptz':
      if (Number.isNaN(Date.parse(value))) throw wrongCursor();
      return Prisma.sql`${new Date(value).toISOString()}::timestamptz`;
  }
}

function readCursor(cursor: string | undefined, order: string, segments: SortSegment[]): Place | undefined {
  const key = decodeCursor<[string, number, string, number]>(cursor, ['', 0, '', 0]);
  if (key === undefined) return undefined;
  const [ofOrder, segment, value, id] = key;
  const fits = ofOrder === order && segments[segment] !== undefined && id === (id | 0);
  if (!fits) throw wrongCursor();
  return { segment, value, id };
}

/** Tells lists of different orders apart: a cursor is good in its own only. */
function describeOrder(sort: SortOrder | undefined): string {
  return sort === undefined ? '' : JSON.stringify([sort.descending ? 1 : 0, ...Object.values(sort.subject)]);
}
