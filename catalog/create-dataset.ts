import { defaultBasePath } from '../shared/domain/slug.ts';
import { CrunchError } from '../shared/errors/crunch-error.ts';
import { announceAdmission, announceChange } from './announce.ts';
import { insertAttributes, type AttributeRecord } from './attributes.ts';
import { recordAudit, type Actor } from './audit.ts';
import { chooseBasePath } from './base-paths.ts';
import { getDataset, type DatasetDetailRecord } from './datasets.ts';
import { Prisma } from './generated/client.ts';
import { insertWithItem, makeSlug, missing } from './item-rows.ts';
import type { Catalog, CatalogQueries } from './open-catalog.ts';
import { prepared } from './prepared.ts';
import { keepTrees } from './tree.ts';

export interface NewDatasetInput {
  /** The project's slug. */
  project: string;
  name: string;
  description: string;
  details: string;
  /** `crunch/<project>/<dataset>` when absent. */
  basePath?: string;
  /** Whether files that were kept at `basePath` when their dataset was deleted may be its own; no when absent. */
  reclaims?: boolean;
  priority: number;
  held: boolean;
  queue: boolean;
  /** None when absent. */
  attributes?: AttributeRecord[];
}

/**
 * Throws `not-found` for the project, `conflict` for a taken slug or base path, `invalid-input` when the name makes no
 * slug.
 */
export async function createDataset(
  catalog: Catalog,
  input: NewDatasetInput,
  { name: actor, address }: Actor,
): Promise<DatasetDetailRecord> {
  const { project, name, priority, held, queue } = input;
  const slug = makeSlug(name, project);
  await catalog.transact(async (queries) => {
    await keepTrees(queries, project);
    const projectId = await findOpenProject(queries, project);
    const basePath = await chooseBasePath(queries, {
      ...{
        project,
        wanted: input.basePath,
        byDefault: defaultBasePath(project, slug),
        reclaims: input.reclaims ?? false,
      },
    });
    await insertDataset(queries, input, { projectId, slug, basePath });
    const detail = { after: { name, basePath, priority, held, queue } };
    await recordAudit(queries, { actor, address, action: 'dataset.create', subject: slug, detail });
    await announceChange(queries, { dataset: slug, project });
    if (queue) await announceAdmission(queries);
  });
  return getDataset(catalog, slug);
}

/** The id of a project to which datasets may be added; it is not archived until the transaction ends. */
async function findOpenProject(queries: CatalogQueries, slug: string): Promise<number> {
  const [project] = await queries.$queryRaw<{ id: number; archived: boolean }[]>(prepared`
    SELECT project.item_id AS id, project.archived_at IS NOT NULL AS archived
    FROM project JOIN item ON item.id = project.item_id
    WHERE item.slug = ${slug} FOR KEY SHARE OF project`);
  if (!project) throw missing(slug, 'project');
  if (project.archived) throw new CrunchError('conflict', `${slug} is archived; unarchive it before you add to it.`);
  return project.id;
}

/** By one statement, with its item and its attributes. */
async function insertDataset(
  queries: CatalogQueries,
  { name, description, details, priority, held, queue, attributes = [] }: NewDatasetInput,
  { projectId, slug, basePath }: { projectId: number; slug: string; basePath: string },
): Promise<void> {
  await insertWithItem(
    queries,
    { kind: 'dataset', parentId: projectId, slug, name, description, details },
    Prisma.sql`
      , new_dataset AS (
        INSERT INTO dataset (item_id, project_id, base_path, priority, held, state, queued_at)
        SELECT
          id, ${projectId}::int, ${basePath}, ${priority}::int, ${held}::boolean,
          CASE WHEN ${queue}::boolean THEN 'queued' ELSE 'draft' END, CASE WHEN ${queue}::boolean THEN now() END
        FROM new_item
      ), new_attributes AS (${insertAttributes(attributes)})
      SELECT id FROM new_item`,
  );
}
