import type { AttributeType } from '../shared/domain/attribute-type.ts';
import type { JsonObject } from '../shared/domain/json.ts';
import { CrunchError } from '../shared/errors/crunch-error.ts';
import { announceItem } from './announce.ts';
import { recordAudit, type Actor } from './audit.ts';
import { Prisma } from './generated/client.ts';
import { lockItem, type ExpectedVersion } from './lock-item.ts';
import type { Catalog, CatalogQueries } from './open-catalog.ts';
import { storableJson } from './storable-text.ts';

/** An attribute of an item. Dates and times are ISO 8601 texts, times in UTC. */
export type AttributeRecord = { key: string } & (
  | { type: 'char' | 'url' | 'datetime' | 'date'; value: string }
  | { type: 'float' | 'integer' | 'filesize'; value: number }
  | { type: 'boolean'; value: boolean }
  | { type: 'lat-long'; latitude: number; longitude: number }
);

/** An attribute as the catalog has it. */
export type ItemAttributeRecord = { id: number } & AttributeRecord;

/** An attribute, and the slug of the item that has it. */
interface AttributeOfItem {
  slug: string;
  attribute: ItemAttributeRecord;
}

/** A change, who makes it, and of which version of the item. */
interface AttributeDeed extends ExpectedVersion {
  actor: Actor;
}

/**
 * Adds an attribute to the item with that slug. One key may stand more than once. Throws `not-found`, and
 * `changed-meanwhile`.
 */
export async function createAttribute(
  catalog: Catalog,
  { item, attribute }: { item: string; attribute: AttributeRecord },
  { actor, ifVersion }: AttributeDeed,
): Promise<AttributeOfItem> {
  return catalog.transact(async (queries) => {
    const { id: itemId } = await lockItem(queries, item, { ifVersion });
    const { key, type } = attribute;
    const row = await queries.attribute.create({ data: { itemId, key, type, ...columnsOf(attribute) } });
    await recordChange(queries, { item, action: 'create', detail: { after: { ...attribute } } }, actor);
    return { slug: item, attribute: readAttribute(row) };
  });
}

/** The slug of the item that has the attribute. Throws `not-found`. */
export async function findItemOfAttribute(catalog: Catalog, id: number): Promise<string> {
  const { item } = await requireAttribute(catalog.prisma, id);
  return item.slug;
}

/** Gives an attribute another key, value or type. Throws `not-found`, and `changed-meanwhile`. */
export async function changeAttribute(
  catalog: Catalog,
  id: number,
  attribute: AttributeRecord,
  { actor, ifVersion }: AttributeDeed,
): Promise<AttributeOfItem> {
  return catalog.transact(async (queries) => {
    const { slug, before } = await lockAttribute(queries, id, ifVersion);
    const { key, type } = attribute;
    const row = await queries.attribute.update({ where: { id }, data: { key, type, ...columnsOf(attribute) } });
    await recordChange(queries, { item: slug, action: 'change', detail: { before, after: { ...attribute } } }, actor);
    return { slug, attribute: readAttribute(row) };
  });
}

/** Throws `not-found`, and `changed-meanwhile`. */
export async function deleteAttribute(
  catalog: Catalog,
  id: number,
  { actor, ifVersion }: AttributeDeed,
): Promise<void> {
  await catalog.transact(async (queries) => {
    const { slug, before } = await lockAttribute(queries, id, ifVersion);
    await queries.attribute.delete({ where: { id } });
    await recordChange(queries, { item: slug, action: 'delete', detail: { before } }, actor);
  });
}

/** Keeps the attribute's item, and so the attribute, as it is until the transaction ends. */
async function lockAttribute(queries: CatalogQueries, id: number, ifVersion: number | undefined) {
  const { item } = await requireAttribute(queries, id);
  await lockItem(queries, item.slug, { ifVersion });
  // Somebody may have changed or removed it before the lock.
  const { id: _, ...before } = readAttribute(await requireAttribute(queries, id));
  return { slug: item.slug, before };
}

async function requireAttribute(queries: CatalogQueries, id: number) {
  const row = await queries.attribute.findUnique({ where: { id }, include: { item: { select: { slug: true } } } });
  if (!row) throw missingAttribute(id);
  return row;
}

/** The error for an id that no attribute has, or none that the caller may see. */
export function missingAttribute(id: number): CrunchError {
  return new CrunchError('not-found', `There is no attribute ${id}.`);
}

async function recordChange(
  queries: CatalogQueries,
  { item, action, detail }: { item: string; action: 'create' | 'change' | 'delete'; detail: JsonObject },
  { name: actor, address }: Actor,
): Promise<void> {
  await recordAudit(queries, { actor, address, action: `attribute.${action}`, subject: item, detail });
  await announceItem(queries, item);
}

/** The statement that adds attributes, in their order, to the item whose id `new_item` has. */
export function insertAttributes(attributes: AttributeRecord[]): Prisma.Sql {
  const rows = attributes.map((attribute) => ({ key: attribute.key, type: attribute.type, ...jsonOf(attribute) }));
  return Prisma.sql`
    INSERT INTO attribute (
      item_id, key, type, text, "float", integer, boolean, datetime, date, latitude, longitude
    )
    SELECT
      id, key, type, text, "float", integer, boolean, datetime, date, latitude, longitude
    FROM new_item, jsonb_to_recordset(${storableJson(rows)}::jsonb) AS given (
      key text, type text, text text, "float" float8, integer bigint, boolean boolean, datetime timestamptz, date date,
      latitude numeric, longitude numeric
    )`;
}

/** A row as Prisma gives it, or as PostgreSQL gives it as JSON. */
export interface AttributeRow {
  id: number;
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
export function readAttribute(row: AttributeRow): ItemAttributeRecord {
  return { id: row.id, ...readValue(row) };
}

function readValue(row: AttributeRow): AttributeRecord {
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

const NO_VALUE = {
  ...{ text: null, float: null, integer: null, boolean: null, datetime: null, date: null },
  ...{ latitude: null, longitude: null },
};

type ValueColumns = Partial<Omit<Prisma.AttributeUncheckedCreateInput, 'itemId' | 'key' | 'type'>>;

/** All columns of values: those of other types are empty. */
function columnsOf(attribute: AttributeRecord) {
  return { ...NO_VALUE, ...filledColumnsOf(attribute) };
}

function filledColumnsOf(attribute: AttributeRecord): ValueColumns {
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
