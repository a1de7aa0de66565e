import type { RowFaults } from '../../shared/errors/row-faults.ts';
import { explainUse, USED_PLACES, type UsedPlace } from '../base-paths.ts';
import { Prisma } from '../generated/client.ts';
import type { CatalogQueries } from '../open-catalog.ts';

/** What was staged. */
interface Staged {
  total: number;
  /** How many of them are in the catalog already, just so. */
  known: number;
}

/**
 * Notes what is wrong with staged rows among each other and beside what the catalog has, and makes the table
 * `staged_known` of those that are there already. `reclaims` says whether files that were kept where a row's lie may be
 * its own.
 */
export async function findRowConflicts(
  queries: CatalogQueries,
  { faults, reclaims }: { faults: RowFaults; reclaims: boolean },
): Promise<Staged> {
  await queries.$executeRaw`
    CREATE TEMPORARY TABLE staged_known ON COMMIT DROP AS
    SELECT staged.place, staged.row, staged.name, item.slug, item.kind, ${SAME} AS same
    FROM staged_dataset AS staged
    JOIN item ON item.slug = staged.slug
    LEFT JOIN dataset ON dataset.item_id = item.id`;
  await queries.$executeRaw`ANALYZE staged_known`;
  await noteClosedProjects(queries, faults);
  await noteRepeated(queries, faults);
  await noteTaken(queries, faults);
  await noteTakenPaths(queries, faults, reclaims);
  const [staged] = await queries.$queryRaw<[Staged]>`
    SELECT (SELECT count(*)::int FROM staged_dataset) AS total, (SELECT count(*)::int FROM staged_known) AS known`;
  return staged;
}

const VALUES = Prisma.sql`attribute.type, attribute.key, attribute.text, attribute.float, attribute."integer",
  attribute."boolean", attribute.datetime, attribute.date, attribute.latitude, attribute.longitude`;

/** Whether a dataset is as its row says. In which order it got its attributes doesn't matter. */
const SAME = Prisma.sql`
  coalesce(
    (item.name, item.description, item.details, dataset.priority, dataset.base_path)
      = (staged.name, staged.description, staged.details, staged.priority, staged.base_path)
    AND (
      SELECT coalesce(array_agg((${VALUES})::text ORDER BY (${VALUES})::text), '{}')
      FROM staged_attribute AS attribute WHERE attribute.dataset = staged.place
    ) = (
      SELECT coalesce(array_agg((${VALUES})::text ORDER BY (${VALUES})::text), '{}')
      FROM attribute WHERE attribute.item_id = item.id
    ),
    false
  )`;

/** Nothing is added to projects that don't exist or are archived; these aren't archived until the transaction ends. */
async function noteClosedProjects(queries: CatalogQueries, faults: RowFaults): Promise<void> {
  await queries.$executeRaw`
    SELECT FROM project WHERE item_id IN (
      SELECT item.id FROM item JOIN staged_dataset AS staged ON staged.project = item.slug
    )
    FOR KEY SHARE`;
  const found = await queries.$queryRaw<{ row: number; project: string; known: boolean }[]>`
    SELECT staged.row, staged.project, project.item_id IS NOT NULL AS known
    FROM staged_dataset AS staged
    LEFT JOIN item ON item.slug = staged.project
    LEFT JOIN project ON project.item_id = item.id
    WHERE project.item_id IS NULL OR project.archived_at IS NOT NULL
    ORDER BY staged.place LIMIT ${faults.room}`;
  for (const { row, project, known } of found) {
    if (known) faults.add({ row, column: 'project' }, `${project} is archived; unarchive it before you add to it`);
    else noteUnknownProject(faults, row, project);
  }
}

async function noteRepeated(queries: CatalogQueries, faults: RowFaults): Promise<void> {
  const found = await queries.$queryRaw<{ row: number; first: number; slug: string }[]>`
    SELECT row, first, slug
    FROM (
      SELECT place, row, slug, first_value(row) OVER same_slug AS first, row_number() OVER same_slug AS nth
      FROM staged_dataset WINDOW same_slug AS (PARTITION BY slug ORDER BY place)
    ) AS numbered
    WHERE nth > 1
    ORDER BY place LIMIT ${faults.room}`;
  for (const { row, first, slug } of found) {
    faults.add({ row, column: 'name' }, `makes the slug ${slug}, as row ${first} does`);
  }
}

async function noteTaken(queries: CatalogQueries, faults: RowFaults): Promise<void> {
  const found = await queries.$queryRaw<{ row: number; slug: string; kind: string }[]>`
    SELECT row, slug, kind FROM staged_known WHERE NOT same ORDER BY place LIMIT ${faults.room}`;
  for (const { row, slug, kind } of found) {
    const other = kind === 'dataset' ? 'with other values than this row has' : `as an ${kind}`;
    faults.add({ row, column: 'name' }, `${slug} exists already, ${other}`);
  }
}

/**
 * No dataset's folder lies within another's: whoever may reach one reaches all that is below it. Nor is it where files are
 * still being removed.
 */
async function noteTakenPaths(queries: CatalogQueries, faults: RowFaults, reclaims: boolean): Promise<void> {
  const found = await queries.$queryRaw<(UsedPlace & { row: number; project: string })[]>`
    WITH wanted AS (
      SELECT * FROM staged_dataset AS staged
      WHERE NOT EXISTS (SELECT FROM staged_known WHERE staged_known.place = staged.place)
    ),
    used AS (${USED_PLACES}),
    folder AS (
      SELECT wanted.place, wanted.slug, wanted.base_path, array_to_string(parts[1:depth], '/') COLLATE "C" AS path
      FROM wanted
      CROSS JOIN LATERAL string_to_array(wanted.base_path, '/') AS parts
      CROSS JOIN LATERAL generate_series(1, cardinality(parts)) AS depth
    ),
    taken AS (
      SELECT folder.place, used.path, used.slug, used.kept FROM folder JOIN used USING (path)
      WHERE NOT (used.kept AND used.path = folder.base_path AND ${reclaims})
      UNION ALL
      SELECT folder.place, folder.path, other.slug, false
      FROM folder JOIN staged_dataset AS other ON other.base_path = folder.path AND other.slug <> folder.slug
      UNION ALL
      SELECT wanted.place, below.path, below.slug, below.kept
      FROM wanted
      CROSS JOIN LATERAL (
        SELECT path, slug, kept FROM used
        WHERE path > wanted.base_path || '/' AND path < wanted.base_path || '0'
        LIMIT 1
      ) AS below
    )
    SELECT DISTINCT ON (taken.place) wanted.row, wanted.project, taken.path, taken.slug, taken.kept
    FROM taken JOIN wanted USING (place)
    ORDER BY taken.place, taken.path, taken.slug LIMIT ${faults.room}`;
  for (const { row, project, ...used } of found) faults.add({ row, column: 'path' }, explainUse(used, project));
}

/** The same words for a project that doesn't exist, and for one that doesn't exist for whoever asks. */
export function noteUnknownProject(faults: RowFaults, row: number, project: string): void {
  faults.add({ row, column: 'project' }, `there is no project ${project}`);
}
