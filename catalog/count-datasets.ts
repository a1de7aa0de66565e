import type { FilterField } from '../shared/domain/filter/filter-fields.ts';
import type { FilterTree } from '../shared/domain/filter/filter-tree.ts';
import { subjectsOf } from '../shared/domain/filter/subjects-of.ts';
import { everyOf } from './filter/compare-values.ts';
import { columnOf, DATASET_JOINS } from './filter/dataset-columns.ts';
import { resolveScope, scopeConditions, type DatasetScope } from './filter/dataset-scope.ts';
import { Prisma } from './generated/client.ts';
import type { Catalog } from './open-catalog.ts';
import { readWithinLimit } from './read-within-limit.ts';

export interface CountQuery extends DatasetScope {
  by: 'state' | 'stage' | 'host' | 'project';
}

/** How many datasets have a value; null for those without one. */
export interface DatasetCount {
  value: string | null;
  count: number;
}

/** What the tally knows of datasets. */
const TALLIED = new Set<string>(['project', 'state', 'stage', 'host'] satisfies FilterField[]);

/** The tally in the place of the datasets that it counts. */
const TALLY = Prisma.sql`dataset_tally AS dataset LEFT JOIN item AS project_item ON project_item.id = dataset.project_id`;

const ARCHIVED_IN_TALLY = Prisma.sql`dataset.archived`;

/**
 * Datasets counted by a field, in the order of its values; values that none has are absent. What only asks for project,
 * state, stage and host costs the same for any number of datasets. Throws `too-slow`.
 */
export async function countDatasets(catalog: Catalog, { by, ...scope }: CountQuery): Promise<DatasetCount[]> {
  return readWithinLimit(catalog, async (queries) => {
    const resolved = await resolveScope(queries, scope);
    const value = columnOf(by, scope.access).sql;
    if (scope.filter === undefined || asksTallied(scope.filter)) {
      return queries.$queryRaw<DatasetCount[]>`
        SELECT ${value} AS value, sum(dataset.count)::int AS count FROM ${TALLY}
        WHERE ${everyOf(scopeConditions(resolved, ARCHIVED_IN_TALLY))} GROUP BY 1 HAVING sum(dataset.count) <> 0 ORDER BY 1`;
    }
    return queries.$queryRaw<DatasetCount[]>`
      SELECT ${value} AS value, count(*)::int AS count FROM dataset ${DATASET_JOINS}
      WHERE ${everyOf(scopeConditions(resolved))} GROUP BY 1 ORDER BY 1`;
  });
}

function asksTallied(filter: FilterTree): boolean {
  return subjectsOf(filter).every((subject) => 'field' in subject && TALLIED.has(subject.field));
}
