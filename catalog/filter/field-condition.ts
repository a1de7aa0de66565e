import type { FilterField } from '../../shared/domain/filter/filter-fields.ts';
import type { FilterLeaf, FilterOperator, FilterValue } from '../../shared/domain/filter/filter-tree.ts';
import { splitWords } from '../../shared/domain/filter/split-words.ts';
import type { Access } from '../access.ts';
import { Prisma } from '../generated/client.ts';
import { anyOf, compare, compareTime, contains, everyOf } from './compare-values.ts';
import { columnOf } from './dataset-columns.ts';

/** What a filter's meaning depends on. */
export interface FilterContext {
  /** The ids of the projects that it names, by slug; one that doesn't exist is absent. */
  projects: ReadonlyMap<string, number>;
  /** Whose it is. */
  access: Access;
}

/** Whether what a leaf says of a field is true of a dataset. */
export function fieldCondition(leaf: FilterLeaf, field: FilterField, { projects, access }: FilterContext): Prisma.Sql {
  if (field === 'text') return leaf.kind === 'compare' ? searchesText(leaf.value) : Prisma.sql`false`;
  const { sql } = columnOf(field, access);
  if (leaf.kind === 'empty') return Prisma.sql`(${sql} IS NULL OR ${sql}::text = '')`;
  const values = leaf.kind === 'in' ? leaf.values : [leaf.value];
  const operator = leaf.kind === 'in' ? '=' : leaf.operator;
  if (field === 'project' && operator === '=') return isOfProject(values.map(textOf), projects);
  if (operator === '=' && values.every(({ type }) => type === 'text')) return isText(sql, values.map(textOf));
  return anyOf(values.map((value) => compareField(sql, operator, value)));
}

function isOfProject(slugs: string[], projects: FilterContext['projects']): Prisma.Sql {
  const ids = slugs.flatMap((slug) => projects.get(slug) ?? []);
  // An index gives its order for one project, not for a list of one.
  if (ids.length === 1) return Prisma.sql`dataset.project_id = ${ids[0]}`;
  return ids.length === 0 ? Prisma.sql`false` : Prisma.sql`dataset.project_id = ANY (${ids}::int[])`;
}

function isText(sql: Prisma.Sql, texts: string[]): Prisma.Sql {
  return texts.length === 1 ? Prisma.sql`${sql} = ${texts[0]}` : Prisma.sql`${sql} = ANY (${texts}::text[])`;
}

function compareField(sql: Prisma.Sql, operator: FilterOperator, value: FilterValue): Prisma.Sql {
  switch (value.type) {
    case 'text':
      return operator === '~' ? contains(sql, value.text) : compare(sql, operator, Prisma.sql`${value.text}`);
    case 'number':
      return compare(sql, operator, Prisma.sql`${value.number}::float8`);
    case 'boolean':
      return compare(sql, operator, Prisma.sql`${Number(value.boolean)}`);
    default:
      return compareTime(sql, operator, value);
  }
}

/** Whether each word begins a word of the item's texts or of its text attributes. */
function searchesText(value: FilterValue): Prisma.Sql {
  return everyOf(
    splitWords(textOf(value)).map((word) => {
      const query = Prisma.sql`to_tsquery('pg_catalog.simple', ${`'${word}':*`})`;
      return Prisma.sql`
        dataset.item_id IN (
          SELECT found.id FROM item AS found
          WHERE found.kind = 'dataset'
            AND search_words(found.name || ' ' || found.description || ' ' || found.details) @@ ${query}
          UNION ALL
          SELECT found.item_id FROM attribute AS found
          WHERE found.text IS NOT NULL AND search_words(found.text) @@ ${query}
        )`;
    }),
  );
}

function textOf(value: FilterValue): string {
  return value.type === 'text' ? value.text : '';
}
