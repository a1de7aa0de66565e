import type { Diagnostics } from '../shared/domain/diagnostics.ts';
import type { Engine } from '../shared/domain/engine.ts';
import { DEFAULT_PLAN } from '../shared/domain/plan.ts';
import { hostRoute, poolRoute, projectRoute, type Route } from '../shared/domain/queue-names.ts';
import { CrunchError } from '../shared/errors/crunch-error.ts';
import { announceAdmission, announceChange } from './announce.ts';
import { missing } from './item-rows.ts';
import type { Catalog, CatalogQueries } from './open-catalog.ts';
import { cutPage, decodeCursor, type Page, type PageRequest } from './page.ts';
import { prepared } from './prepared.ts';
import { storableJson } from './storable-text.ts';

export interface HostRecord {
  name: string;
  /** `live` beats; `draining` takes nothing new; `silent` has not been heard of for a while; `left` said goodbye. */
  state: 'live' | 'draining' | 'silent' | 'left';
  slots: number;
  /** Slugs of the datasets that it holds. */
  holds: string[];
  version: string;
  stages: string[];
  engines: Engine[];
  routes: Route[];
  startedAt: Date;
  lastSeenAt: Date;
}

/** What a host says of itself when it starts. */
export interface HostInput {
  name: string;
  boot: string;
  version: string;
  protocol: number;
  slots: number;
  /** Slugs of the projects that it serves; with `pools` empty too it serves any. */
  projects: string[];
  pools: string[];
  /** It takes only what is pinned to it. */
  pinnedOnly: boolean;
  stages: string[];
  engines: Engine[];
  diagnostics: Diagnostics;
}

export interface HostLiveness {
  /** When the host was not heard of for longer, it counts as silent. */
  silentAfterMs: number;
}

/** Hosts ask often, and none of them needs to know more. */
const MOST_COUNTED = 1000;

const DEFAULT_PLAN_JSON = JSON.stringify(DEFAULT_PLAN);

/** Hosts, live ones first, each state by name. */
export async function listHosts(catalog: Catalog, { cursor, limit }: PageRequest): Promise<Page<HostRecord>> {
  const [afterRank, afterName] = decodeCursor(cursor, [0, '']) ?? [0, ''];
  const rows = await catalog.prisma.$queryRaw<(HostRecord & { rank: number })[]>`
    SELECT
      known.name, known.rank, (ARRAY['live', 'draining', 'silent', 'left'])[known.rank] AS state, known.slots,
      known.version, known.stages, known.engines, known.routes,
      known.started_at AS "startedAt", known.last_seen_at AS "lastSeenAt",
      ARRAY(
        SELECT item.slug FROM run JOIN item ON item.id = run.dataset_id
        WHERE run.closed_at IS NULL AND run.state = 'running' AND run.host = known.name AND run.boot = known.boot
        ORDER BY item.slug
      ) AS holds
    FROM (
      SELECT *, CASE
        WHEN left_at IS NOT NULL THEN 4
        WHEN last_seen_at <= now() - silent_after_ms * interval '1 ms' THEN 3
        WHEN draining THEN 2
        ELSE 1
      END AS rank
      FROM host
    ) AS known
    WHERE (known.rank, known.name) > (${afterRank}, ${afterName})
    ORDER BY known.rank, known.name LIMIT ${limit + 1}`;
  const page = cutPage(rows, limit, ({ rank, name }) => [rank, name]);
  return { ...page, items: page.items.map(({ rank: _, ...host }) => host) };
}

/**
 * Records a host that starts. When a live host of another boot has the name, it gets a number behind it: `name-2`.
 * A second call of one boot gives the same name. Throws `not-found` for a project.
 */
export async function registerHost(
  catalog: Catalog,
  host: HostInput,
  { silentAfterMs }: HostLiveness,
): Promise<{ name: string; routes: Route[] }> {
  return catalog.transact(async (queries) => {
    const scope = await findScope(queries, host);
    // What is pinned to a name may be of any project: a host with a scope takes nothing beyond it.
    const takesPinned = host.pinnedOnly || scope.includes('any');
    // Hosts that start together take turns here, so that no two choose one name.
    await queries.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('crunch.host'))`;
    const name = await chooseName(queries, host);
    const routes = takesPinned ? [...scope, hostRoute(name)] : scope;
    await saveHost(queries, { ...host, name }, routes, silentAfterMs);
    await announceChange(queries, { host: name });
    await announceAdmission(queries);
    return { name, routes };
  });
}

/** Throws `not-found` for a host that is unknown, left, or was superseded by another boot: it has to register again. */
export async function beatHost(
  catalog: Catalog,
  { name, boot, draining }: { name: string; boot: string; draining: boolean },
): Promise<void> {
  const count = await catalog.prisma.$executeRaw`
    UPDATE host SET last_seen_at = now(), draining = ${draining}
    WHERE name = ${name} AND boot = ${boot} AND left_at IS NULL`;
  if (count === 0) throw unknownHost(name);
}

/** A host says goodbye. Throws `not-found` like `beatHost`; a second call changes nothing. */
export async function leaveHost(catalog: Catalog, { name, boot }: { name: string; boot: string }): Promise<void> {
  const count = await catalog.prisma.$executeRaw`
    UPDATE host SET left_at = coalesce(left_at, now()) WHERE name = ${name} AND boot = ${boot}`;
  if (count === 0) throw unknownHost(name);
  await announceChange(catalog.prisma, { host: name });
}

/** Datasets in a host's scope. */
export interface HostWork {
  /** Those that wait in projects that are not paused, and that it could take; of those that are not admitted yet at most 1,000 are counted. */
  queued: number;
  /** Those that run on other hosts. */
  runningElsewhere: number;
  /** Those that it holds. */
  held: number;
}

/** What is left for a host. Throws `not-found`. */
export async function getHostWork(catalog: Catalog, name: string): Promise<HostWork> {
  const [work] = await catalog.prisma.$queryRaw<HostWork[]>(prepared`
    SELECT
      (
        SELECT count(*) FROM (
          SELECT FROM project
          JOIN workflow_revision AS revision ON revision.id = project.revision_id AND revision.source IS NOT NULL
          JOIN dataset ON dataset.project_id = project.item_id
          WHERE dataset.state = 'queued' AND dataset.open_run_id IS NULL AND NOT project.paused
            AND dataset_routes(dataset.pinned_host, project.pool, project.item_id) && host.routes
            AND plan_stages(coalesce(revision.plan, ${DEFAULT_PLAN_JSON}::jsonb)) <@ host.stages
            AND revision.engine = ANY (host.engines)
          LIMIT ${MOST_COUNTED}
        ) AS waiting
      )::int + (
        SELECT count(*) FROM run
        JOIN dataset ON dataset.item_id = run.dataset_id
        JOIN project ON project.item_id = dataset.project_id
        JOIN workflow_revision AS revision ON revision.id = run.revision_id
        WHERE run.closed_at IS NULL AND run.state = 'waiting' AND NOT project.paused
          AND dataset_routes(dataset.pinned_host, project.pool, project.item_id) && host.routes
          AND plan_stages(run.plan) <@ host.stages AND revision.engine = ANY (host.engines)
      )::int AS queued,
      (
        SELECT count(*) FROM run
        JOIN dataset ON dataset.item_id = run.dataset_id
        JOIN project ON project.item_id = dataset.project_id
        WHERE run.closed_at IS NULL AND run.state = 'running' AND run.host <> host.name
          AND dataset_routes(dataset.pinned_host, project.pool, project.item_id) && host.routes
      )::int AS "runningElsewhere",
      (
        SELECT count(*) FROM run
        WHERE run.closed_at IS NULL AND run.state = 'running' AND run.host = host.name AND run.boot = host.boot
      )::int AS held
    FROM host WHERE host.name = ${name}`);
  if (!work) throw unknownHost(name);
  return work;
}

async function findScope(queries: CatalogQueries, { projects, pools, pinnedOnly }: HostInput): Promise<Route[]> {
  const found = await queries.item.findMany({
    where: { slug: { in: projects }, kind: 'project' },
    select: { id: true, slug: true },
  });
  const unknown = projects.find((slug) => !found.some((project) => project.slug === slug));
  if (unknown !== undefined) throw missing(unknown, 'project');
  if (pinnedOnly) return [];
  const routes = [...found.map(({ id }) => projectRoute(id)), ...pools.map(poolRoute)];
  return routes.length > 0 ? routes : ['any'];
}

/** The wanted name, or the first of `name-2`, `name-3`, … that no other live host has. */
async function chooseName(queries: CatalogQueries, { name, boot }: HostInput): Promise<string> {
  const known = await queries.$queryRaw<{ name: string; boot: string }[]>`
    SELECT name, boot FROM host
    WHERE (name = ${name} OR starts_with(name, ${`${name}-`}))
      AND (boot = ${boot} OR (left_at IS NULL AND last_seen_at > now() - silent_after_ms * interval '1 ms'))`;
  const own = known.find((other) => other.boot === boot);
  if (own) return own.name;
  const taken = new Set(known.map((other) => other.name));
  let choice = name;
  for (let number = 2; taken.has(choice); number += 1) choice = `${name}-${number}`;
  return choice;
}

async function saveHost(
  queries: CatalogQueries,
  { name, boot, version, protocol, slots, stages, engines, diagnostics }: HostInput,
  routes: Route[],
  silentAfterMs: number,
): Promise<void> {
  await queries.$executeRaw`
    INSERT INTO host (name, boot, version, protocol, slots, stages, engines, routes, silent_after_ms, diagnostics)
    VALUES (
      ${name}, ${boot}, ${version}, ${protocol}, ${slots}, ${stages}, ${engines}, ${routes}, ${silentAfterMs},
      ${storableJson(diagnostics)}::jsonb
    )
    ON CONFLICT (name) DO UPDATE SET
      boot = excluded.boot, version = excluded.version, protocol = excluded.protocol, slots = excluded.slots,
      stages = excluded.stages, engines = excluded.engines, routes = excluded.routes,
      silent_after_ms = excluded.silent_after_ms, diagnostics = excluded.diagnostics,
      started_at = now(), last_seen_at = now(), draining = false, left_at = NULL`;
}

function unknownHost(name: string): CrunchError {
  return new CrunchError('not-found', `No host ${name} of that start is known; register it again.`);
}
