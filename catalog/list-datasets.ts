import type { Right } from '../shared/domain/project-role.ts';
import type { StatusState } from '../shared/domain/stage.ts';
import { readAttribute, type ItemAttributeRecord, type AttributeRow } from './attributes.ts';
import { readDataset, selectDatasets, type DatasetRecord, type DatasetRow } from './datasets.ts';
import { resolveScope, type DatasetScope } from './filter/dataset-scope.ts';
import { rightOfSeen } from './access.ts';
import { Prisma } from './generated/client.ts';
import type { Catalog, CatalogQueries } from './open-catalog.ts';
import type { Page } from './page.ts';
import { pickDatasets, type PickRequest } from './pick-datasets.ts';
import { readWithinLimit } from './read-within-limit.ts';

export interface DatasetQuery extends DatasetScope, PickRequest {
  /** The keys of the attributes that are wanted. */
  columns: string[];
}

/** What happened to a dataset last. */
export interface LastStatus {
  stage: string;
  state: StatusState;
  host: string | null;
  at: Date;
}

export interface ListedDatasetRecord extends DatasetRecord {
  /** Those that were asked for, in the order of their ids. */
  attributes: ItemAttributeRecord[];
  status: LastStatus | null;
  /** What the caller may do in its project. */
  right: Right;
}

/**
 * A page of datasets. The number of queries doesn't depend on how many there are. Throws `too-slow`, and
 * `invalid-input` for a cursor of another list.
 */
export async function listDatasets(catalog: Catalog, query: DatasetQuery): Promise<Page<ListedDatasetRecord>> {
  return readWithinLimit(catalog, async (queries) => {
    const page = await pickDatasets(queries, await resolveScope(queries, query), query);
    return { ...page, items: await loadDatasets(queries, page.items, query) };
  });
}

/** What the rows of a list have besides. */
interface Extras {
  attributes: AttributeRow[];
  status: (Omit<LastStatus, 'at'> & { at: string }) | null;
}

/** In the order of the ids. One that is gone by now is left out. */
async function loadDatasets(
  queries: CatalogQueries,
  ids: number[],
  { access, columns }: DatasetQuery,
): Promise<ListedDatasetRecord[]> {
  if (ids.length === 0) return [];
  const which = Prisma.sql`WHERE dataset.item_id = ANY (${ids}::int[])`;
  const rows = await queries.$queryRaw<(DatasetRow & Extras)[]>(selectDatasets(which, access, selectExtras(columns)));
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => {
    const row = byId.get(id);
    return row === undefined ? [] : [readListed(row)];
  });
}

function readListed(row: DatasetRow & Extras): ListedDatasetRecord {
  const { attributes, status, level } = row;
  return {
    ...readDataset(row),
    right: rightOfSeen(level),
    attributes: attributes.map(readAttribute),
    status: status && { ...status, at: new Date(status.at) },
  };
}

function selectExtras(columns: string[]): Prisma.Sql {
  return Prisma.sql`,
    coalesce(
      (
        SELECT json_agg(attribute ORDER BY attribute.id) FROM attribute
        WHERE attribute.item_id = dataset.item_id AND attribute.key = ANY (${columns}::text[])
      ),
      '[]'
    ) AS attributes,
    (
      SELECT json_build_object('stage', status.stage, 'state', status.state, 'host', status.host, 'at', status.at)
      FROM status WHERE status.dataset_id = dataset.item_id ORDER BY status.id DESC LIMIT 1
    ) AS status`;
}
