import type { AttributeType } from '../shared/domain/attribute-type.ts';
import type { Prisma } from './generated/client.ts';
import { findItemId } from './item-rows.ts';
import type { Catalog, CatalogQueries } from './open-catalog.ts';
import { storableJson } from './storable-text.ts';

/** An attribute of an item. Dates and times are ISO 8601 texts, times in UTC. */
export type AttributeRecord = { key: string } & (
  | { type: 'char' | 'url' | 'datetime' | 'date'; value: string }
  | { type: 'float' | 'integer' | 'filesize'; value: number }
  | { type: 'boolean'; value: boolean }
  | { type: 'lat-long'; latitude: number; longitude: number }
);

/** Adds an attribute to the item with that slug. One key may stand more than once. Throws `not-found`. */
export async function createAttribute(
  catalog: Catalog,
  { item, attribute }: { item: string; attribute: AttributeRecord },
): Promise<{ slug: string; attribute: AttributeRecord }> {
  const itemId = await findItemId(catalog.prisma, item);
  const { key, type } = attribute;
  const row = await catalog.prisma.attribute.create({ data: { itemId, key, type, ...columnsOf(attribute) } });
  return { slug: item, attribute: readAttribute(row) };
}

/** Adds attributes to a new item, in their order, by one statement. */
export async function insertAttributes(
  queries: CatalogQueries,
  itemId: number,
  attributes: AttributeRecord[],
): Promise<void> {
  if (attributes.length === 0) return;
  const rows = attributes.map((attribute) => ({ key: attribute.key, type: attribute.type, ...jsonOf(attribute) }));
  await queries.$executeRaw`
    INSERT INTO attribute (
      item_id, key, type, text, "float", integer, boolean, datetime, date, latitude, longitude
    )
    SELECT
      ${itemId}, key, type, text, "float", integer, boolean, datetime, date, latitude, longitude
    FROM jsonb_to_recordset(${storableJson(rows)}::jsonb) AS given (
      key text, type text, text text, "float" float8, integer bigint, boolean boolean, datetime timestamptz, date date,
      latitude numeric, longitude numeric
    )`;
}

/** A row as Prisma gives it, or as PostgreSQL gives it as JSON. */
export interface AttributeRow {
  key: string;
  type: string;
  text: string | null;
  float: number | null;
  integer: bigint | number | null;
  boolean: boolean | null;
  datetime: Date | string | null;
  date: Date | string | null;
  latitude: unknown;
  longitude: unknown;
}

/** An attribute from its row. */
export function readAttribute(row: AttributeRow): AttributeRecord {
  const { key } = row;
  const type = row.type as AttributeType;
  switch (type) {
    case 'char':
    case 'url':
      return { key, type, value: row.text ?? '' };
    case 'float':
      return { key, type, value: row.float ?? 0 };
    case 'integer':
    case 'filesize':
      return { key, type, value: Number(row.integer) };
    case 'boolean':
      return { key, type, value: row.boolean ?? false };
    case 'datetime':
      return { key, type, value: isoTime(row.datetime) };
    case 'date':
      return { key, type, value: isoTime(row.date).slice(0, 10) };
    case 'lat-long':
      return { key, type, latitude: Number(row.latitude), longitude: Number(row.longitude) };
  }
}

function isoTime(time: Date | string | null): string {
  return time === null ? '' : new Date(time).toISOString();
}

type ValueColumns = Omit<Prisma.AttributeUncheckedCreateInput, 'itemId' | 'key' | 'type'>;

function columnsOf(attribute: AttributeRecord): ValueColumns {
  switch (attribute.type) {
    case 'char':
    case 'url':
      return { text: attribute.value };
    case 'float':
      return { float: attribute.value };
    case 'integer':
    case 'filesize':
      return { integer: BigInt(attribute.value) };
    case 'boolean':
      return { boolean: attribute.value };
    case 'datetime':
      return { datetime: new Date(attribute.value) };
    case 'date':
      return { date: new Date(`${attribute.value}T00:00:00Z`) };
    case 'lat-long':
      return { latitude: attribute.latitude, longitude: attribute.longitude };
  }
}

/** The columns as JSON has them. */
function jsonOf(attribute: AttributeRecord): Record<string, unknown> {
  const columns = columnsOf(attribute);
  return typeof columns.integer === 'bigint' ? { integer: Number(columns.integer) } : columns;
}
