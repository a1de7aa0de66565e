import { DEFAULT_PLAN } from '../shared/domain/plan.ts';
import type { Right } from '../shared/domain/project-role.ts';
import { EXTERNAL_TIMEOUT_SECONDS } from '../shared/domain/run-kind.ts';
import { hasRight, type Access } from './access.ts';
import { announceChange, announceExternalClaim } from './announce.ts';
import { recordAudit } from './audit.ts';
import { Prisma } from './generated/client.ts';
import { missing } from './item-rows.ts';
import type { Catalog, CatalogQueries } from './open-catalog.ts';

/** A client of django-crunch. It takes datasets over the API, without Temporal, and is known by its token. */
export interface ExternalClient {
  /** Of its token. */
  id: string;
  /** As the audit log names it. */
  actor: string;
  address: string;
  /** What its host is called until it says so itself. */
  host: string;
}

/** A dataset that an external client has just got. */
export interface ExternalClaim {
  datasetId: number;
  slug: string;
  /** The project's slug. */
  project: string;
  runId: string;
  leaseNumber: number;
}

interface ClaimScope {
  /** A slug; any project when absent. */
  project?: string;
  access: Access;
  /** What the caller needs in the projects of what they get. */
  right: Right;
}

/** As the partial indexes `dataset_offer_idx` have it. */
const OFFERED = Prisma.sql`
  dataset.open_run_id IS NULL AND dataset.pinned_host IS NULL
  AND (dataset.state = 'queued' OR (dataset.state = 'draft' AND NOT dataset.held))`;

/**
 * Gives an external client the next dataset: the most urgent, then the oldest, of those that are queued and those that
 * are drafts and not held. None that is archived, or whose project is. Nobody else gets the same one. Null when there is none. Throws `not-found` for the project.
 */
export async function claimNextDataset(
  catalog: Catalog,
  client: ExternalClient,
  { project, access, right }: ClaimScope,
): Promise<ExternalClaim | null> {
  return catalog.transact(async (queries) => {
    if (project !== undefined) await assertProject(queries, project);
    const conditions = [Prisma.sql`NOT project.paused`, hasRight(access, right, Prisma.sql`project.item_id`)];
    if (project !== undefined) conditions.push(Prisma.sql`item.slug = ${project}`);
    return claim(queries, client, Prisma.join(conditions, ' AND '), OFFERED);
  });
}

/**
 * Gives an external client a dataset that it names: one that is a draft, queued and not yet offered to hosts, or ended.
 * Null when that is not so, or its project is paused or at its cap. The caller has locked the dataset.
 */
export async function claimNamedDataset(
  queries: CatalogQueries,
  client: ExternalClient,
  datasetId: number,
): Promise<ExternalClaim | null> {
  const projects = Prisma.sql`NOT project.paused AND project.item_id = (SELECT project_id FROM dataset WHERE item_id = ${datasetId})`;
  const free = Prisma.sql`dataset.item_id = ${datasetId} AND dataset.open_run_id IS NULL AND dataset.state <> 'paused'`;
  return claim(queries, client, projects, free);
}

async function claim(
  queries: CatalogQueries,
  client: ExternalClient,
  projects: Prisma.Sql,
  datasets: Prisma.Sql,
): Promise<ExternalClaim | null> {
  // As in admit_datasets: a cap holds only if one counts and claims at a time.
  await queries.$executeRaw`
    SELECT pg_advisory_xact_lock(hashtext('crunch.admission')) WHERE EXISTS (
      SELECT FROM project JOIN item ON item.id = project.item_id WHERE project.max_running IS NOT NULL AND ${projects}
    )`;
  const [claimed] = await openRun(queries, client, projects, datasets);
  if (!claimed) return null;
  const { actor, address, host } = client;
  const detail = { run: claimed.runId, host };
  await recordAudit(queries, { actor, address, action: 'dataset.claim', subject: claimed.slug, detail });
  await announceChange(queries, { dataset: claimed.slug, project: claimed.project });
  await announceExternalClaim(queries);
  return claimed;
}

/** One statement: what is picked is locked, so that claims at the same time get different datasets. */
function openRun(queries: CatalogQueries, client: ExternalClient, projects: Prisma.Sql, datasets: Prisma.Sql) {
  return queries.$queryRaw<ExternalClaim[]>`
    WITH open_project AS (
      SELECT
        project.item_id AS id, item.slug, project.revision_id,
        coalesce(project.external_timeout_seconds, ${EXTERNAL_TIMEOUT_SECONDS}) AS timeout_seconds
      FROM project JOIN item ON item.id = project.item_id
      WHERE ${projects} AND (project.max_running IS NULL OR project.max_running > (
        SELECT count(*) FROM dataset WHERE dataset.project_id = project.item_id AND dataset.open_run_id IS NOT NULL
      ))
    ),
    picked AS (
      SELECT
        dataset.item_id AS dataset_id, dataset.run_count, dataset.lease_number, open_project.slug AS project,
        open_project.revision_id, open_project.timeout_seconds
      FROM dataset
      JOIN open_project ON open_project.id = dataset.project_id
      JOIN project ON project.item_id = dataset.project_id
      WHERE ${datasets} AND dataset.archived_at IS NULL AND project.archived_at IS NULL
        AND (dataset.quiet_at IS NULL OR dataset.quiet_at <= now())
      ORDER BY dataset.priority, dataset.item_id
      LIMIT 1
      -- Who archives the project waits, and is waited for.
      FOR UPDATE OF dataset SKIP LOCKED FOR SHARE OF project
    ),
    opened AS (
      INSERT INTO run (
        id, dataset_id, number, kind, revision_id, state, plan, host, claimed_by, lease_number, started_at, deadline_at
      )
      SELECT
        gen_random_uuid(), dataset_id, run_count + 1, 'external', revision_id, 'running',
        ${JSON.stringify(DEFAULT_PLAN)}::jsonb, ${client.host}, ${client.id}, lease_number + 1, now(),
        now() + timeout_seconds * interval '1 second'
      FROM picked
      RETURNING id, dataset_id, number, lease_number
    ),
    shown AS (
      UPDATE dataset
      SET state = 'running', stage = ${DEFAULT_PLAN[0]?.stage}, host = ${client.host}, reason = NULL, pinned_host = NULL,
        open_run_id = opened.id, run_count = opened.number, lease_number = opened.lease_number
      FROM opened WHERE dataset.item_id = opened.dataset_id
    )
    SELECT
      opened.dataset_id AS "datasetId", item.slug, picked.project, opened.id AS "runId",
      opened.lease_number AS "leaseNumber"
    FROM opened JOIN picked USING (dataset_id) JOIN item ON item.id = opened.dataset_id`;
}

async function assertProject(queries: CatalogQueries, slug: string): Promise<void> {
  const count = await queries.item.count({ where: { slug, kind: 'project' } });
  if (count === 0) throw missing(slug, 'project');
}
