import { traitsOf } from '../../shared/domain/filter/filter-fields.ts';
import { allOf, type FilterTree } from '../../shared/domain/filter/filter-tree.ts';
import type { SortOrder } from '../../shared/domain/filter/parse-sort.ts';
import { Prisma } from '../generated/client.ts';
import { meets, type AttributeLeaf } from './attribute-conditions.ts';
import { everyOf } from './compare-values.ts';
import { isAttributeLeaf, termsOf } from './compile-filter.ts';
import { columnOf, orderOf, type FieldColumn } from './dataset-columns.ts';
import type { DatasetScope } from './dataset-scope.ts';

/**
 * A part of a sorted list through which an index can go: datasets with values of one type, or those without a value.
 * Each dataset is in one of a list's segments, once.
 */
export interface SortSegment {
  /** Tables with `dataset` among them. */
  from: Prisma.Sql;
  id: Prisma.Sql;
  /** What its rows are ordered by before their id; undefined where that is all. */
  value: FieldColumn | undefined;
  conditions: Prisma.Sql[];
}

/** The segments of a list in their order, and what is left of the filter to be met by all of them. */
export interface SegmentedList {
  segments: SortSegment[];
  filter: FilterTree | undefined;
}

const DATASET = { from: Prisma.sql`dataset`, id: Prisma.sql`dataset.item_id` };
const BY_ID: SortSegment = { ...DATASET, value: undefined, conditions: [] };

/** Those without a value come last, whichever way the list goes. */
export function segmentList(sort: SortOrder | undefined, { filter, access }: DatasetScope): SegmentedList {
  if (sort === undefined) return { segments: [BY_ID], filter };
  const { subject, descending } = sort;
  if ('attribute' in subject) return segmentByAttribute(subject.attribute, descending, filter);
  if (subject.field === 'text') throw new Error('text has no order');
  const value = columnOf(subject.field, access);
  const { id, conditions } = orderOf(subject.field);
  // It makes an inner join of the outer one, so that either table may come first.
  const hasValue = Prisma.sql`${value.sql} IS NOT NULL`;
  const segments: SortSegment[] = [{ from: DATASET.from, id, value, conditions: [hasValue, ...conditions] }];
  if (traitsOf(subject.field).optional) segments.push({ ...BY_ID, conditions: [Prisma.sql`${value.sql} IS NULL`] });
  return { segments, filter };
}

/**
 * A dataset with several values of the key is ordered by its first one that the filter's comparisons of the key let
 * pass: by those, the index is read from and to the right place.
 */
function segmentByAttribute(key: string, descending: boolean, filter: FilterTree | undefined): SegmentedList {
  const terms = filter ? termsOf(filter) : [];
  const ofKey = terms.filter((term): term is AttributeLeaf => isAttributeLeaf(term) && term.subject.attribute === key);
  const order = { key, descending, ofKey };
  const numbers = byValue(order, { sql: Prisma.sql`sorted.number`, type: 'float8' }, Prisma.sql`other.number`);
  const left = Prisma.sql`left(sorted.text, 100)`;
  const texts = byValue(order, { sql: left, type: 'text' }, Prisma.sql`left(other.text, 100)`);
  texts.conditions.push(Prisma.sql`NOT ${hasOther(order, Prisma.sql`other.number IS NOT NULL`)}`);
  const segments = [numbers, texts];
  if (ofKey.length === 0) segments.push({ ...BY_ID, conditions: [hasNoValue(key)] });
  return { segments, filter: allOf(...terms.filter((term) => !ofKey.some((leaf) => leaf === term))) };
}

interface AttributeOrder {
  key: string;
  descending: boolean;
  ofKey: AttributeLeaf[];
}

function byValue(order: AttributeOrder, value: FieldColumn, otherValue: Prisma.Sql): SortSegment {
  const before = order.descending ? Prisma.sql`>` : Prisma.sql`<`;
  const comesBefore = Prisma.sql`(${otherValue}, other.id) ${before} (${value.sql}, sorted.id)`;
  return {
    from: Prisma.sql`attribute AS sorted JOIN dataset ON dataset.item_id = sorted.item_id`,
    id: Prisma.sql`sorted.item_id`,
    value,
    conditions: [
      Prisma.sql`sorted.key = ${order.key}`,
      isOfType(Prisma.sql`sorted`, value),
      ...order.ofKey.map((leaf) => meets(Prisma.sql`sorted`, leaf)),
      Prisma.sql`NOT ${hasOther(order, Prisma.sql`${isOfType(Prisma.sql`other`, value)} AND ${comesBefore}`)}`,
    ],
  };
}

/** In the words of the partial indexes. */
function isOfType(alias: Prisma.Sql, { type }: FieldColumn): Prisma.Sql {
  return type === 'text' ? Prisma.sql`${alias}.text IS NOT NULL` : Prisma.sql`${alias}.number IS NOT NULL`;
}

/** Whether the item has another value of the key that the filter lets pass. */
function hasOther({ key, ofKey }: AttributeOrder, condition: Prisma.Sql): Prisma.Sql {
  const passes = everyOf(ofKey.map((leaf) => meets(Prisma.sql`other`, leaf)));
  return Prisma.sql`
    EXISTS (
      SELECT FROM attribute AS other
      WHERE other.item_id = sorted.item_id AND other.key = ${key} AND ${passes} AND ${condition}
    )`;
}

function hasNoValue(key: string): Prisma.Sql {
  return Prisma.sql`
    NOT EXISTS (
      SELECT FROM attribute AS other
      WHERE other.item_id = dataset.item_id AND other.key = ${key}
        AND (other.number IS NOT NULL OR other.text IS NOT NULL)
    )`;
}
