import type { FilterOperator, FilterValue } from '../../shared/domain/filter/filter-tree.ts';
import { Prisma } from '../generated/client.ts';

type Moment = Extract<FilterValue, { type: 'date' | 'time' | 'ago' }>;

/** Never part of a text from outside: the few operators that SQL has too. */
const SQL_OPERATORS: Record<Exclude<FilterOperator, '~'>, Prisma.Sql> = {
  '=': Prisma.sql`=`,
  '<': Prisma.sql`<`,
  '<=': Prisma.sql`<=`,
  '>': Prisma.sql`>`,
  '>=': Prisma.sql`>=`,
};

/** Compares what stands left with what stands right; `~` is told by `contains`. */
export function compare(left: Prisma.Sql, operator: FilterOperator, right: Prisma.Sql): Prisma.Sql {
  return operator === '~' ? Prisma.sql`false` : Prisma.sql`${left} ${SQL_OPERATORS[operator]} ${right}`;
}

/** Whether a text contains another, in any case. */
export function contains(text: Prisma.Sql, part: string): Prisma.Sql {
  return Prisma.sql`${text} ILIKE ${`%${part.replace(/[\\%_]/g, String.raw`\$&`)}%`}`;
}

/**
 * Compares a time with a moment or a whole day: what is later than a day came after it, what equals it came in it.
 * `convert` makes of a moment what the time is measured in.
 */
export function compareTime(
  time: Prisma.Sql,
  operator: FilterOperator,
  moment: Moment,
  convert: (moment: Prisma.Sql) => Prisma.Sql = (it) => it,
): Prisma.Sql {
  if (moment.type === 'time') return compare(time, operator, convert(Prisma.sql`${moment.time}::timestamptz`));
  if (moment.type === 'ago') {
    return compare(time, operator, convert(Prisma.sql`(now() - ${moment.agoMs}::float8 * interval '1 ms')`));
  }
  const begin = convert(Prisma.sql`(${moment.date}::timestamp AT TIME ZONE 'UTC')`);
  const end = convert(Prisma.sql`((${moment.date}::timestamp + interval '1 day') AT TIME ZONE 'UTC')`);
  switch (operator) {
    case '<':
    case '>=':
      return compare(time, operator, begin);
    case '<=':
      return compare(time, '<', end);
    case '>':
      return compare(time, '>=', end);
    default:
      return Prisma.sql`(${time} >= ${begin} AND ${time} < ${end})`;
  }
}

/** Any of some conditions; of none, none. */
export function anyOf(conditions: Prisma.Sql[]): Prisma.Sql {
  return conditions.length === 0 ? Prisma.sql`false` : Prisma.sql`(${Prisma.join(conditions, ' OR ')})`;
}

/** All of some conditions; of none, everything. */
export function everyOf(conditions: Prisma.Sql[]): Prisma.Sql {
  return conditions.length === 0 ? Prisma.sql`true` : Prisma.sql`(${Prisma.join(conditions, ' AND ')})`;
}
