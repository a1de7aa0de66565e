import type { FilterLeaf, FilterOperator, FilterValue } from '../../shared/domain/filter/filter-tree.ts';
import { Prisma } from '../generated/client.ts';
import { anyOf, compare, compareTime, contains, everyOf } from './compare-values.ts';

/** What a filter says of one value of an attribute. */
export type AttributeLeaf = Exclude<FilterLeaf, { kind: 'empty' }> & { subject: { attribute: string } };

/** Whether an item has an attribute of a key of which all is true. */
export function hasAttribute(key: string, leaves: AttributeLeaf[]): Prisma.Sql {
  const conditions = leaves.map((leaf) => meets(Prisma.sql`attribute`, leaf));
  return Prisma.sql`
    EXISTS (
      SELECT FROM attribute
      WHERE attribute.item_id = dataset.item_id AND attribute.key = ${key} AND ${everyOf(conditions)}
    )`;
}

/** Whether an item has no attribute of a key, or none but empty texts. */
export function lacksAttribute(key: string): Prisma.Sql {
  return Prisma.sql`
    NOT EXISTS (
      SELECT FROM attribute
      WHERE attribute.item_id = dataset.item_id AND attribute.key = ${key} AND attribute.text IS DISTINCT FROM ''
    )`;
}

/** Whether what a leaf says is true of the row of `attribute` with that alias. Only values of the literal's type are. */
export function meets(alias: Prisma.Sql, leaf: AttributeLeaf): Prisma.Sql {
  if (leaf.kind === 'in') return anyOf(leaf.values.map((value) => compareAttribute(alias, '=', value)));
  return compareAttribute(alias, leaf.operator, leaf.value);
}

function compareAttribute(alias: Prisma.Sql, operator: FilterOperator, value: FilterValue): Prisma.Sql {
  const number = Prisma.sql`${alias}.number`;
  switch (value.type) {
    case 'text':
      return compareText(Prisma.sql`${alias}.text`, operator, value.text);
    case 'number':
      return Prisma.sql`
        (${alias}.type IN ('float', 'integer', 'filesize') AND ${compare(number, operator, Prisma.sql`${value.number}::float8`)})`;
    case 'boolean':
      return Prisma.sql`
        (${alias}.type = 'boolean' AND ${compare(number, operator, Prisma.sql`${Number(value.boolean)}::float8`)})`;
    default:
      return Prisma.sql`
        (${alias}.type IN ('date', 'datetime') AND ${compareTime(number, operator, value, secondsOf)})`;
  }
}

function compareText(text: Prisma.Sql, operator: FilterOperator, value: string): Prisma.Sql {
  if (operator === '~') return contains(text, value);
  const condition = compare(text, operator, Prisma.sql`${value}`);
  // The index holds beginnings.
  return operator === '=' ? Prisma.sql`(left(${text}, 100) = left(${value}, 100) AND ${condition})` : condition;
}

/** As the column `number` has a time. */
function secondsOf(moment: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`extract(epoch FROM ${moment})::float8`;
}
