import type { FilterTree } from '../../shared/domain/filter/filter-tree.ts';
import { seesDataset, type Access } from '../access.ts';
import { Prisma } from '../generated/client.ts';
import type { CatalogQueries } from '../open-catalog.ts';
import { compileFilter } from './compile-filter.ts';
import type { FilterContext } from './field-condition.ts';
import { resolveProjects } from './resolve-projects.ts';

/** Which datasets somebody asks for: those that exist for them, and of which the filter is true. */
export interface DatasetScope {
  /** All when absent. */
  filter?: FilterTree;
  /** Also those that are archived, or whose project is. */
  archived?: boolean;
  access: Access;
}

export type ResolvedScope = DatasetScope & FilterContext;

export async function resolveScope(
  queries: CatalogQueries,
  { filter, archived, access }: DatasetScope,
): Promise<ResolvedScope> {
  return { filter, archived, access, projects: await resolveProjects(queries, filter) };
}

/** In SQL, with the table `dataset`. */
const IS_ARCHIVED = Prisma.sql`dataset.archived_at IS NOT NULL`;

/** A scope's conditions on `dataset` with DATASET_JOINS; what stands for `dataset` may say otherwise what is archived. */
export function scopeConditions(
  { filter, archived, ...context }: ResolvedScope,
  isArchived: Prisma.Sql = IS_ARCHIVED,
): Prisma.Sql[] {
  return [
    seesDataset(context.access),
    ...(archived ? [] : [Prisma.sql`NOT (${isArchived}) AND ${IN_OPEN_PROJECT}`]),
    ...(filter ? [compileFilter(filter, context)] : []),
  ];
}

const IN_OPEN_PROJECT = Prisma.sql`
  dataset.project_id NOT IN (SELECT project.item_id FROM project WHERE project.archived_at IS NOT NULL)`;
