import { CrunchError } from '../../shared/errors/crunch-error.ts';
import type { CatalogQueries } from '../open-catalog.ts';

/** How many datasets a project got. */
interface ProjectShare {
  project: string;
  datasets: number;
  queued: number;
}

/**
 * Makes the staged datasets that the catalog lacks, in the order of their rows, with their attributes. `expected` is
 * their number. Throws `conflict` when somebody else made one of them meanwhile.
 */
export async function addStagedRows(queries: CatalogQueries, expected: number): Promise<ProjectShare[]> {
  await queries.$executeRaw`
    CREATE TEMPORARY TABLE staged_item (id integer, slug text COLLATE "C", project_id integer) ON COMMIT DROP`;
  const added = await queries.$executeRaw`
    WITH added AS (
      INSERT INTO item (kind, parent_id, slug, name, description, details)
      SELECT 'dataset', project.id, staged.slug, staged.name, staged.description, staged.details
      FROM staged_dataset AS staged
      JOIN item AS project ON project.id = staged.project_id
      WHERE NOT EXISTS (SELECT FROM staged_known WHERE staged_known.place = staged.place)
      ORDER BY staged.place
      ON CONFLICT (slug) DO NOTHING
      RETURNING id, slug, parent_id
    )
    INSERT INTO staged_item SELECT id, slug, parent_id FROM added`;
  if (added !== expected) {
    const message = 'Somebody else changed what this would make meanwhile; nothing was imported. Import it again.';
    throw new CrunchError('conflict', message);
  }
  await queries.$executeRaw`ANALYZE staged_item`;
  await queries.$executeRaw`
    DELETE FROM old_slug USING staged_item AS item
    WHERE old_slug.parent_id = item.project_id AND old_slug.part = split_part(item.slug, ':', 2)`;
  await queries.$executeRaw`
    WITH reclaimed AS (
      DELETE FROM kept_folder USING staged_item JOIN staged_dataset USING (slug) WHERE path = base_path
    )
    INSERT INTO dataset (item_id, project_id, base_path, priority, held, state, queued_at)
    SELECT
      item.id, item.project_id, staged.base_path, staged.priority, staged.held,
      CASE WHEN staged.queue THEN 'queued' ELSE 'draft' END, CASE WHEN staged.queue THEN now() END
    FROM staged_item AS item JOIN staged_dataset AS staged USING (slug)
    ORDER BY item.id`;
  await queries.$executeRaw`
    INSERT INTO attribute (
      item_id, type, key, text, float, "integer", "boolean", datetime, date, latitude, longitude
    )
    SELECT
      item.id, staged.type, staged.key, staged.text, staged.float, staged."integer", staged."boolean", staged.datetime,
      staged.date, staged.latitude, staged.longitude
    FROM staged_item AS item
    JOIN staged_dataset AS dataset USING (slug)
    JOIN staged_attribute AS staged ON staged.dataset = dataset.place
    ORDER BY staged.dataset, staged.place`;
  return queries.$queryRaw<ProjectShare[]>`
    SELECT staged.project, count(*)::int AS datasets, count(*) FILTER (WHERE staged.queue)::int AS queued
    FROM staged_item JOIN staged_dataset AS staged USING (slug)
    GROUP BY staged.project ORDER BY staged.project`;
}
