import type { RowFaults } from '../../shared/errors/row-faults.ts';
import { Prisma } from '../generated/client.ts';
import type { CatalogQueries } from '../open-catalog.ts';
import { noteRefusal } from './import-rights.ts';

/** What was staged. */
interface Staged {
  total: number;
  /** How many of them are in the catalog already, just so. */
  known: number;
}

/**
 * Notes what is wrong with staged rows among each other and beside what the catalog has, and makes the table
 * `staged_known` of those that are there already.
 */
export async function findRowConflicts(queries: CatalogQueries, faults: RowFaults): Promise<Staged> {
  await findKnown(queries);
  await noteClosedProjects(queries, faults);
  await noteRepeated(queries, faults);
  await noteTaken(queries, faults);
  const [staged] = await queries.$queryRaw<[Staged]>`
    SELECT (SELECT count(*)::int FROM staged_dataset) AS total, (SELECT count(*)::int FROM staged_known) AS known`;
  return staged;
}

const VALUES = Prisma.sql`attribute.type, attribute.key, attribute.text, attribute.float, attribute."integer",
  attribute."boolean", attribute.datetime, attribute.date, attribute.latitude, attribute.longitude`;

/** All attributes of a dataset as one value. In which order it got them doesn't matter. */
const ALL_VALUES = Prisma.sql`array_agg((${VALUES})::text ORDER BY (${VALUES})::text) AS texts`;

/**
 * Makes the table of the rows whose slug is in the catalog, with whether what is there is as the row says. Where its files
 * lie doesn't matter if the row doesn't say so.
 */
async function findKnown(queries: CatalogQueries): Promise<void> {
  await queries.$executeRaw`
    CREATE TEMPORARY TABLE staged_known ON COMMIT DROP AS
    WITH met AS MATERIALIZED (
      SELECT
        staged.place, staged.row, staged.name, item.id, item.slug, item.kind,
        (item.name, item.description, item.details, dataset.priority)
          = (staged.name, staged.description, staged.details, staged.priority)
        AND (dataset.base_path = staged.base_path OR NOT staged.chosen) AS alike
      FROM staged_dataset AS staged
      JOIN item ON item.slug = staged.slug
      LEFT JOIN dataset ON dataset.item_id = item.id
    ),
    given AS (
      SELECT met.place, ${ALL_VALUES}
      FROM met JOIN staged_attribute AS attribute ON attribute.dataset = met.place GROUP BY met.place
    ),
    kept AS (
      SELECT met.place, ${ALL_VALUES}
      FROM met JOIN attribute ON attribute.item_id = met.id GROUP BY met.place
    )
    SELECT
      met.place, met.row, met.name, met.slug, met.kind,
      coalesce(met.alike, false) AND given.texts IS NOT DISTINCT FROM kept.texts AS same
    FROM met LEFT JOIN given USING (place) LEFT JOIN kept USING (place)`;
  await queries.$executeRaw`ANALYZE staged_known`;
}

/**
 * Nothing is added to projects that are archived, or aren't there any more, be it that others have their slugs; these
 * aren't archived until the transaction ends.
 */
async function noteClosedProjects(queries: CatalogQueries, faults: RowFaults): Promise<void> {
  await queries.$executeRaw`
    SELECT FROM project WHERE item_id IN (SELECT project_id FROM staged_dataset) FOR KEY SHARE`;
  const found = await queries.$queryRaw<{ row: number; project: string; known: boolean }[]>`
    SELECT staged.row, staged.project, project.item_id IS NOT NULL AS known
    FROM staged_dataset AS staged
    LEFT JOIN item ON item.id = staged.project_id AND item.slug = staged.project
    LEFT JOIN project ON project.item_id = item.id
    WHERE project.item_id IS NULL OR project.archived_at IS NOT NULL
    ORDER BY staged.place LIMIT ${faults.room}`;
  for (const { row, project, known } of found) {
    noteRefusal(faults, { row, project }, known ? `${project} is archived; unarchive it before you add to it` : null);
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
