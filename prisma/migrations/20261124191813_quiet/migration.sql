-- AlterTable
ALTER TABLE "dataset" ADD COLUMN     "quiet_at" TIMESTAMPTZ(3);

CREATE INDEX "dataset_quiet_idx" ON "dataset" ("quiet_at") WHERE "quiet_at" IS NOT NULL;

-- Makes runs for queued datasets and returns their ids, the most urgent first.
--
-- Taken are datasets of projects that have a workflow, are not paused and below their cap, and that a live host serves
-- on one of their routes, unless a silent host may still run them; by priority, and among equals from the project that has the fewest open runs for its weight.
-- At most as many as keep max(64, 4 x live slots) runs waiting; runs which no live host serves, and those of paused projects, don't count.
CREATE OR REPLACE FUNCTION admit_datasets(default_plan jsonb) RETURNS SETOF uuid
LANGUAGE plpgsql AS $$
DECLARE
  live_routes text[];
  room integer;
BEGIN
  -- Caps and room hold over all control workers only if one counts and admits at a time.
  PERFORM pg_advisory_xact_lock(hashtext('crunch.admission'));

  SELECT array_agg(DISTINCT route) INTO live_routes FROM live_host, unnest(live_host.routes) AS route;
  IF live_routes IS NULL THEN
    RETURN;
  END IF;

  SELECT greatest(64, 4 * (SELECT sum(slots) FROM live_host)) - count(*) INTO room
  FROM run
  JOIN dataset ON dataset.item_id = run.dataset_id
  JOIN project ON project.item_id = dataset.project_id
  WHERE run.closed_at IS NULL AND run.state = 'waiting' AND run.routes && live_routes AND NOT project.paused;
  IF room <= 0 THEN
    RETURN;
  END IF;

  RETURN QUERY
  WITH open_project AS (
    SELECT
      project.item_id AS id, project.pool, project.weight, project.max_running,
      revision.id AS revision_id, coalesce(revision.plan, default_plan) AS plan,
      (SELECT count(*) FROM dataset WHERE dataset.project_id = project.item_id AND dataset.open_run_id IS NOT NULL)
        AS open_runs
    FROM project
    JOIN workflow_revision AS revision ON revision.id = project.revision_id
    WHERE NOT project.paused AND revision.source IS NOT NULL AND revision.engine IS NOT NULL
  ),
  candidate AS (
    SELECT
      open_project.*, head.*,
      row_number() OVER (PARTITION BY open_project.id ORDER BY head.priority, head.queued_at, head.dataset_id) AS place
    FROM open_project
    CROSS JOIN LATERAL (
      SELECT
        dataset.item_id AS dataset_id, dataset.priority, dataset.queued_at,
        dataset_routes(dataset.pinned_host, open_project.pool, open_project.id) AS routes
      FROM dataset
      WHERE dataset.project_id = open_project.id AND dataset.state = 'queued' AND dataset.open_run_id IS NULL
        AND (dataset.quiet_at IS NULL OR dataset.quiet_at <= now())
        AND dataset_routes(dataset.pinned_host, open_project.pool, open_project.id) && live_routes
      ORDER BY dataset.priority, dataset.queued_at, dataset.item_id
      LIMIT greatest(0, least(room, open_project.max_running - open_project.open_runs))
    ) AS head
  ),
  ranked AS (
    SELECT *, row_number() OVER (
      ORDER BY priority, (open_runs + place)::float / weight, queued_at, dataset_id
    ) AS rank
    FROM candidate
    ORDER BY rank
    LIMIT room
  ),
  -- Somebody who cancels or deletes one of them right now is first.
  locked AS (
    SELECT ranked.*, dataset.run_count
    FROM ranked JOIN dataset ON dataset.item_id = ranked.dataset_id
    WHERE dataset.state = 'queued' AND dataset.open_run_id IS NULL
    FOR UPDATE OF dataset SKIP LOCKED
  ),
  admitted AS (
    INSERT INTO run (id, dataset_id, number, revision_id, routes, plan)
    SELECT
      gen_random_uuid(), dataset_id, run_count + 1, revision_id,
      ARRAY(SELECT route FROM unnest(locked.routes) AS route WHERE route = ANY (live_routes)), plan
    FROM locked
    RETURNING run.id, run.dataset_id
  ),
  opened AS (
    UPDATE dataset SET open_run_id = admitted.id, run_count = dataset.run_count + 1, reason = NULL
    FROM admitted WHERE dataset.item_id = admitted.dataset_id
  )
  SELECT admitted.id FROM admitted JOIN ranked USING (dataset_id) ORDER BY ranked.rank;
END
$$;

-- Why a queued dataset is not admitted or not claimed; `lacking` are the stages and the engine of its run that none of
-- the hosts which serve it has. Both are null when it only waits its turn.
CREATE OR REPLACE FUNCTION waiting_cause(dataset_id integer, default_plan jsonb, OUT cause text, OUT lacking text[])
LANGUAGE sql STABLE AS $$
  WITH waiting AS (
    SELECT
      project.paused, project.max_running, dataset.open_run_id, dataset.project_id, dataset.quiet_at,
      revision.source, revision.engine,
      plan_stages(coalesce(run.plan, revision.plan, default_plan)) AS stages,
      dataset_routes(dataset.pinned_host, project.pool, project.item_id) AS routes
    FROM dataset
    JOIN project ON project.item_id = dataset.project_id
    LEFT JOIN run ON run.id = dataset.open_run_id
    LEFT JOIN workflow_revision AS revision ON revision.id = coalesce(run.revision_id, project.revision_id)
    WHERE dataset.item_id = $1
  ),
  serving AS (
    SELECT live_host.* FROM live_host, waiting WHERE live_host.routes && waiting.routes
  )
  SELECT
    CASE
      WHEN quiet_at > now() THEN 'silent-host'
      WHEN paused THEN 'paused'
      WHEN source IS NULL OR engine IS NULL THEN 'no-workflow'
      WHEN NOT EXISTS (SELECT FROM serving) THEN 'no-host'
      WHEN NOT EXISTS (SELECT FROM serving WHERE serving.stages @> waiting.stages AND engine = ANY (engines))
        THEN 'no-able-host'
      WHEN open_run_id IS NULL AND max_running <= (
        SELECT count(*) FROM dataset WHERE dataset.project_id = waiting.project_id AND dataset.open_run_id IS NOT NULL
      ) THEN 'at-cap'
    END,
    ARRAY(
      SELECT stage FROM unnest(waiting.stages) AS stage
      WHERE NOT EXISTS (SELECT FROM serving WHERE stage = ANY (serving.stages))
      UNION ALL
      SELECT engine WHERE NOT EXISTS (SELECT FROM serving WHERE engine = ANY (serving.engines))
    )
  FROM waiting
$$;
