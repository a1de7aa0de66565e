import type { DatasetScope } from '../catalog/filter/dataset-scope.ts';
import type { ScopeQuery } from '../shared/contract/dataset-lists.ts';
import { allOf, oneOf } from '../shared/domain/filter/filter-tree.ts';
import type { Caller } from './auth/caller.ts';

/** The datasets that a query asks for, of those that exist for the caller. */
export function scopeOf({ project, state, filter, archived }: ScopeQuery, { access }: Caller): DatasetScope {
  return { filter: allOf(oneOf('project', project), oneOf('state', state), filter), archived, access };
}
