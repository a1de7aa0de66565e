import { PROJECT_ROLES, RIGHT_OF_ROLE, RIGHTS, type ProjectRole, type Right } from '../shared/domain/project-role.ts';
import { VISIBILITIES, type Visibility } from '../shared/domain/visibility.ts';
import { Prisma } from './generated/client.ts';
import type { Catalog, CatalogQueries } from './open-catalog.ts';
import { prepared } from './prepared.ts';

/** For whom the catalog is asked: all that decides which projects exist for them, and what they may do there. */
export interface Access {
  /** What they may do in a project only because of whom it is for; absent means nothing. */
  byVisibility: Partial<Record<Visibility, Right>>;
  /** The person whose memberships count besides. */
  personId?: string;
  /** They never may do more than that. */
  most: Right;
  /** Only projects of these slugs, or in these pools, exist for them; absent for all. */
  limits?: { projects: string[]; pools: string[] };
}

/** What one may do in the project of one thing, as it is now. */
export interface Standing {
  right: Right;
  /** The project's slug. */
  project: string;
  /** Another project may get the slug some day. */
  projectId: number;
  mayReadLogs: boolean;
}

/** The access of the server itself, and of whoever may do everything. */
export const FULL_ACCESS: Access = { byVisibility: { private: 'own', internal: 'own', public: 'own' }, most: 'own' };

/** The number of a right, 0 for none: what `rightLevelIn` gives. */
function levelOf(right: Right | undefined): number {
  return right === undefined ? 0 : RIGHTS.indexOf(right) + 1;
}

/** The right of a level; undefined for 0. */
function rightOf(level: number): Right | undefined {
  return RIGHTS[level - 1];
}

/** The right of the level of something that was selected because it exists for the caller. */
export function rightOfSeen(level: number): Right {
  return rightOf(level) ?? 'visit';
}

/**
 * SQL for the level of what the caller may do in the row `project`. It is the one place that decides so; all else asks
 * by it.
 */
export function rightLevelIn(access: Access): Prisma.Sql {
  const { most, limits } = access;
  const level = Prisma.sql`least(${levelOf(most)}::int, greatest(${levelByVisibility(access)}, ${levelByRole(access)}))`;
  if (limits === undefined) return level;
  const { projects, pools } = limits;
  return Prisma.sql`
    CASE WHEN project.pool = ANY (${pools}::text[])
      OR project.item_id IN (SELECT id FROM item WHERE slug = ANY (${projects}::text[])) THEN ${level} ELSE 0 END`;
}

function levelByVisibility({ byVisibility }: Access): Prisma.Sql {
  const levels = VISIBILITIES.map((visibility) => levelOf(byVisibility[visibility]));
  if (new Set(levels).size === 1) return Prisma.sql`${levels[0]}::int`;
  return Prisma.sql`(${levels}::int[])[array_position(${[...VISIBILITIES]}::text[], project.visibility)]`;
}

function levelByRole({ personId }: Access): Prisma.Sql {
  if (personId === undefined) return Prisma.sql`0`;
  const levels = PROJECT_ROLES.map((role: ProjectRole) => levelOf(RIGHT_OF_ROLE[role]));
  return Prisma.sql`
    coalesce((
      SELECT (${levels}::int[])[array_position(${[...PROJECT_ROLES]}::text[], membership.role)] FROM membership
      WHERE membership.project_id = project.item_id AND membership.person_id = ${personId}::uuid
    ), 0)`;
}

/** SQL for whether the caller has a right in the project with that id. It looks at projects once, not at each row. */
export function hasRight(access: Access, right: Right, projectId: Prisma.Sql): Prisma.Sql {
  if (mayEverywhere(access, right)) return Prisma.sql`TRUE`;
  return Prisma.sql`${projectId} IN (SELECT project.item_id FROM project WHERE ${rightLevelIn(access)} >= ${levelOf(right)})`;
}

/** SQL for whether the caller sees a dataset of that row: its project exists for them, and drafts only for who views it. */
export function seesDataset(access: Access): Prisma.Sql {
  const visits = hasRight(access, 'visit', Prisma.sql`dataset.project_id`);
  if (mayEverywhere(access, 'view')) return visits;
  return Prisma.sql`(${visits} AND (dataset.state <> 'draft' OR ${hasRight(access, 'view', Prisma.sql`dataset.project_id`)}))`;
}

/** Whether the right is theirs in each project, whatever it is. */
export function mayEverywhere({ byVisibility, most, limits }: Access, right: Right): boolean {
  const least = Math.min(levelOf(most), ...VISIBILITIES.map((visibility) => levelOf(byVisibility[visibility])));
  return limits === undefined && least >= levelOf(right);
}

interface StandingRow {
  slug: string;
  level: number;
  project: string;
  projectId: number;
  publicLogs: boolean;
  isDraft: boolean;
}

/**
 * What the caller may do with each of the things with these slugs: projects, datasets, or items below. Those that don't
 * exist are left out, and so are those that don't exist for the caller. One query, however many there are.
 */
export async function findStandings(
  { prisma }: Catalog,
  access: Access,
  slugs: string[],
): Promise<Map<string, Standing>> {
  const rows = await selectStandings(prisma, access, slugs);
  return new Map(
    rows.flatMap((row) => {
      const standing = readStanding(row);
      return standing === undefined ? [] : [[row.slug, standing]];
    }),
  );
}

/** What the caller may do with one thing; undefined when it doesn't exist for them. */
export async function findStanding(catalog: Catalog, access: Access, slug: string): Promise<Standing | undefined> {
  return (await findStandings(catalog, access, [slug])).get(slug);
}

/** Whether any project exists for the caller. */
export async function seesAnyProject({ prisma }: Catalog, access: Access): Promise<boolean> {
  const [row] = await prisma.$queryRaw<{ any: boolean }[]>`
    SELECT EXISTS (SELECT FROM project WHERE ${hasRight(access, 'visit', Prisma.sql`project.item_id`)}) AS any`;
  return row?.any ?? false;
}

/** Differs when other projects exist for the caller than before, or they may do other things in them. */
export async function digestAccess({ prisma }: Catalog, access: Access): Promise<string> {
  const [row] = await prisma.$queryRaw<{ digest: string }[]>`
    SELECT md5(coalesce(string_agg(seen.id || ' ' || seen.level, ',' ORDER BY seen.id), '')) AS digest
    FROM (SELECT project.item_id AS id, ${rightLevelIn(access)} AS level FROM project) AS seen WHERE seen.level > 0`;
  return row?.digest ?? '';
}

/** A dataset's own slug is the first two parts of what lies below it: what is below a draft is a draft too. */
async function selectStandings(queries: CatalogQueries, access: Access, slugs: string[]): Promise<StandingRow[]> {
  return queries.$queryRaw<StandingRow[]>(prepared`
    SELECT
      item.slug, ${rightLevelIn(access)} AS level, project_item.slug AS project, project.item_id AS "projectId",
      project.public_logs AS "publicLogs",
      coalesce(dataset.state = 'draft', false) AS "isDraft"
    FROM item
    JOIN item AS project_item ON project_item.slug = split_part(item.slug, ':', 1)
    JOIN project ON project.item_id = project_item.id
    LEFT JOIN item AS dataset_item
      ON dataset_item.slug = split_part(item.slug, ':', 1) || ':' || split_part(item.slug, ':', 2)
    LEFT JOIN dataset ON dataset.item_id = dataset_item.id
    WHERE item.slug = ANY (${slugs})`);
}

function readStanding({ level, project, projectId, publicLogs, isDraft }: StandingRow): Standing | undefined {
  const right = rightOf(level);
  if (right === undefined || (right === 'visit' && isDraft)) return undefined;
  return { right, project, projectId, mayReadLogs: right !== 'visit' || publicLogs };
}
