import type { RowFaults } from '../../shared/errors/row-faults.ts';
import { explainUse, USED_PLACES, type UsedPlace } from '../base-paths.ts';
import { Prisma } from '../generated/client.ts';
import type { CatalogQueries } from '../open-catalog.ts';
import { IS_FOREIGN, IS_NEW, type ImportRights } from './import-rights.ts';

/**
 * Finds where the files of new datasets lie: where their rows say, else at the default place, or beside it where that is
 * taken, as for datasets that are made one by one. Files that were kept where one of these is are its own again, if whoever
 * sends the rows may give any path. Notes rows whose place can't be theirs.
 */
export async function placeStagedRows(
  queries: CatalogQueries,
  { faults, rights: { anyPath } }: { faults: RowFaults; rights: ImportRights },
): Promise<void> {
  const isSought = anyPath ? IS_NEW : Prisma.sql`${IS_NEW} AND NOT ${IS_FOREIGN}`;
  await queries.$executeRaw`
    CREATE TEMPORARY TABLE staged_unplaced ON COMMIT DROP AS
    ${selectTaken({ isSought, comesFirst: Prisma.sql`staged.chosen`, reclaims: anyPath })}`;
  await noteTaken(queries, faults);
  if (faults.found) return;
  const isUnplaced = Prisma.sql`EXISTS (SELECT FROM staged_unplaced WHERE staged_unplaced.place = staged.place)`;
  const stillTaken = selectTaken({
    ...{ isSought: isUnplaced, comesFirst: Prisma.sql`NOT ${isUnplaced}`, reclaims: false },
  });
  for (let number = 2; await countUnplaced(queries); number += 1) {
    await queries.$executeRaw`
      UPDATE staged_dataset AS staged SET base_path = 'crunch/' || replace(slug, ':', '/') || ${`-${number}`}
      WHERE ${isUnplaced}`;
    await queries.$executeRaw`
      DELETE FROM staged_unplaced WHERE place NOT IN (SELECT taken.place FROM (${stillTaken}) AS taken)`;
  }
}

interface Search {
  /** A condition on `staged`: the rows in question. */
  isSought: Prisma.Sql;
  /** A condition on `staged`: new rows to which others that say nothing of a place give way. */
  comesFirst: Prisma.Sql;
  /** Whether files that were kept at a row's place may be its own. */
  reclaims: boolean;
}

/**
 * The rows whose place is taken, by the catalog or another row, each with one that has it. No dataset's folder lies within
 * another's: whoever may reach one reaches all that is below it. Nor is it where files are still being removed. What is in
 * use is looked up place by place, so that the rest of a large catalog costs nothing.
 */
function selectTaken({ isSought, comesFirst, reclaims }: Search): Prisma.Sql {
  // `0` comes right after `/`: what lies between is below the folder. In order, so that PostgreSQL looks for it in the index,
  // whatever it thinks of how much there is.
  return Prisma.sql`
    WITH RECURSIVE sought AS (SELECT * FROM staged_dataset AS staged WHERE ${isSought}),
    above (path) AS (
      SELECT DISTINCT substring(base_path FROM '(.*)/') FROM sought WHERE base_path LIKE '%/%'
      UNION
      SELECT substring(path FROM '(.*)/') FROM above WHERE path LIKE '%/%'
    ),
    used AS NOT MATERIALIZED (${USED_PLACES}),
    claimed AS NOT MATERIALIZED (
      SELECT slug, path, kept FROM used
      UNION ALL
      SELECT slug, base_path, false FROM staged_dataset AS staged WHERE ${IS_NEW} AND ${comesFirst}
    ),
    taken AS (
      SELECT sought.place, same.*
      FROM sought
      CROSS JOIN LATERAL (
        SELECT * FROM claimed
        WHERE path = sought.base_path AND slug IS DISTINCT FROM sought.slug
          AND NOT (kept AND ${reclaims}) OFFSET 0
      ) AS same
      UNION ALL
      SELECT sought.place, around.*
      FROM above
      CROSS JOIN LATERAL (SELECT * FROM claimed WHERE path = above.path OFFSET 0) AS around
      JOIN sought ON sought.base_path > around.path || '/' AND sought.base_path < around.path || '0'
      UNION ALL
      SELECT sought.place, below.*
      FROM sought
      CROSS JOIN LATERAL (
        SELECT * FROM used WHERE path > sought.base_path || '/' AND path < sought.base_path || '0' ORDER BY path LIMIT 1
      ) AS below
      UNION ALL
      SELECT sought.place, below.*
      FROM sought
      CROSS JOIN LATERAL (
        SELECT slug, base_path, false FROM staged_dataset AS staged
        WHERE chosen AND base_path > sought.base_path || '/' AND base_path < sought.base_path || '0'
        ORDER BY base_path LIMIT 1
      ) AS below
      WHERE NOT sought.chosen
    )
    SELECT DISTINCT ON (place) place, path, slug, kept FROM taken ORDER BY place, path, slug`;
}

/** A place that is within what another has is as little free with a number behind it. */
async function noteTaken(queries: CatalogQueries, faults: RowFaults): Promise<void> {
  const found = await queries.$queryRaw<(UsedPlace & { row: number; project: string })[]>`
    SELECT staged.row, staged.project, taken.path, taken.slug, taken.kept
    FROM staged_unplaced AS taken JOIN staged_dataset AS staged USING (place)
    WHERE staged.chosen OR starts_with(staged.base_path, taken.path || '/')
    ORDER BY place LIMIT ${faults.room}`;
  for (const { row, project, ...used } of found) faults.add({ row, column: 'path' }, explainUse(used, project));
}

async function countUnplaced(queries: CatalogQueries): Promise<number> {
  await queries.$executeRaw`ANALYZE staged_unplaced`;
  const [unplaced] = await queries.$queryRaw<[{ count: number }]>`SELECT count(*)::int AS count FROM staged_unplaced`;
  return unplaced.count;
}
