import type { FilterTree } from '../../shared/domain/filter/filter-tree.ts';
import { seesDataset, type Access } from '../access.ts';
import type { Prisma } from '../generated/client.ts';
import type { CatalogQueries } from '../open-catalog.ts';
import { compileFilter } from './compile-filter.ts';
import type { FilterContext } from './field-condition.ts';
import { resolveProjects } from './resolve-projects.ts';

/** Which datasets somebody asks for: those that exist for them, and of which the filter is true. */
export interface DatasetScope {
  /** All when absent. */
  filter?: FilterTree;
  access: Access;
}

export type ResolvedScope = DatasetScope & FilterContext;

export async function resolveScope(queries: CatalogQueries, { filter, access }: DatasetScope): Promise<ResolvedScope> {
  return { filter, access, projects: await resolveProjects(queries, filter) };
}

/** A scope's conditions on `dataset` with DATASET_JOINS. */
export function scopeConditions({ filter, ...context }: ResolvedScope): Prisma.Sql[] {
  return [seesDataset(context.access), ...(filter ? [compileFilter(filter, context)] : [])];
}
