import type { FilterTree } from '../../shared/domain/filter/filter-tree.ts';
import type { CatalogQueries } from '../open-catalog.ts';
import type { FilterContext } from './field-condition.ts';

/** The ids of the projects that a filter names: with them known, PostgreSQL foresees how many datasets they have. */
export async function resolveProjects(
  queries: CatalogQueries,
  filter: FilterTree | undefined,
): Promise<FilterContext['projects']> {
  const slugs = filter ? namedProjects(filter) : [];
  if (slugs.length === 0) return new Map();
  const found = await queries.$queryRaw<{ id: number; slug: string }[]>`
    SELECT id, slug FROM item WHERE slug = ANY (${slugs}) AND kind = 'project'`;
  return new Map(found.map(({ id, slug }) => [slug, id]));
}

function namedProjects(tree: FilterTree): string[] {
  if (tree.kind === 'not') return namedProjects(tree.term);
  if (tree.kind === 'and' || tree.kind === 'or') return tree.terms.flatMap(namedProjects);
  if (tree.kind === 'empty' || !('field' in tree.subject) || tree.subject.field !== 'project') return [];
  const values = tree.kind === 'in' ? tree.values : [tree.value];
  return values.flatMap((value) => (value.type === 'text' ? value.text : []));
}
