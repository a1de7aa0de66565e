import type { FilterSubject, FilterTree } from './filter-tree.ts';

/** All that a filter speaks of. */
export function subjectsOf(tree: FilterTree): FilterSubject[] {
  if (tree.kind === 'not') return subjectsOf(tree.term);
  return tree.kind === 'and' || tree.kind === 'or' ? tree.terms.flatMap(subjectsOf) : [tree.subject];
}
