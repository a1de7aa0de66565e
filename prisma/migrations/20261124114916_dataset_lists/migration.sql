-- What an attribute is compared and ordered by, unless that is its text.
ALTER TABLE "attribute" ADD COLUMN "number" DOUBLE PRECISION GENERATED ALWAYS AS (
  CASE "type"
    WHEN 'float' THEN "float"
    WHEN 'integer' THEN "integer"::double precision
    WHEN 'filesize' THEN "integer"::double precision
    WHEN 'boolean' THEN "boolean"::integer::double precision
    WHEN 'datetime' THEN extract(epoch FROM "datetime" AT TIME ZONE 'UTC')::double precision
    WHEN 'date' THEN ("date" - DATE '1970-01-01')::double precision * 86400
  END
) STORED;

-- Lists go through these in order. A whole text may be too long for an index.
CREATE INDEX "attribute_number_idx" ON "attribute" ("key", "number", "item_id") WHERE "number" IS NOT NULL;
CREATE INDEX "attribute_text_idx" ON "attribute" ("key", left("text", 100), "item_id") WHERE "text" IS NOT NULL;

-- Whether a dataset's folder lies within another's is asked for each new one.
CREATE INDEX "dataset_base_path_idx" ON "dataset" ("base_path" COLLATE "C");

-- The words of a text, for searching. Marks between letters part words, which to_tsvector would take for signs of
-- numbers, paths and hosts; a text beyond its bounds is searched in its beginning.
CREATE FUNCTION search_words(text text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT to_tsvector(
    'pg_catalog.simple'::regconfig,
    translate(left(text, 100000), '-_./:@+*=&?#%~,;|\()[]{}<>', '                          ')
  )
$$;

CREATE INDEX "item_words_idx" ON "item" USING gin (search_words("name" || ' ' || "description" || ' ' || "details"))
  WHERE "kind" = 'dataset';
CREATE INDEX "attribute_words_idx" ON "attribute" USING gin (search_words("text")) WHERE "text" IS NOT NULL;

ALTER TABLE "dataset"
  ADD COLUMN "file_count" INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN "size_bytes" BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

UPDATE "dataset"
SET
  "updated_at" = greatest(item."updated_at", "dataset"."queued_at"),
  "size_bytes" = (SELECT coalesce(sum("size_bytes"), 0) FROM "file" WHERE "dataset_id" = item."id"),
  "file_count" = (SELECT count(*) FROM "file" WHERE "dataset_id" = item."id")
FROM "item" AS item WHERE item."id" = "dataset"."item_id";

-- A dataset is updated when its row, its item, an attribute or a file of it is.
CREATE FUNCTION note_dataset_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.updated_at := now();
  RETURN NEW;
END
$$;
CREATE TRIGGER "dataset_updated" BEFORE UPDATE ON "dataset"
  FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION note_dataset_update();

CREATE FUNCTION note_item_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE dataset SET updated_at = now() WHERE item_id = NEW.id;
  RETURN NULL;
END
$$;
CREATE TRIGGER "item_updated" AFTER UPDATE ON "item"
  FOR EACH ROW WHEN (NEW."kind" = 'dataset') EXECUTE FUNCTION note_item_update();

-- Those that came in the same transaction as their attributes bear its time already.
CREATE FUNCTION note_attribute_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE dataset SET updated_at = now()
  WHERE item_id IN (SELECT item_id FROM changed) AND updated_at < date_trunc('milliseconds', now());
  RETURN NULL;
END
$$;
CREATE TRIGGER "attribute_inserted" AFTER INSERT ON "attribute"
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_attribute_changes();
CREATE TRIGGER "attribute_updated" AFTER UPDATE ON "attribute"
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_attribute_changes();
CREATE TRIGGER "attribute_deleted" AFTER DELETE ON "attribute"
  REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_attribute_changes();

CREATE FUNCTION sum_files() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    UPDATE dataset
    SET file_count = file_count + added.files, size_bytes = dataset.size_bytes + added.size_bytes
    FROM (SELECT dataset_id, count(*) AS files, sum(size_bytes) AS size_bytes FROM new_file GROUP BY dataset_id) AS added
    WHERE item_id = added.dataset_id;
  ELSIF TG_OP = 'DELETE' THEN
    UPDATE dataset
    SET file_count = file_count - gone.files, size_bytes = dataset.size_bytes - gone.size_bytes
    FROM (SELECT dataset_id, count(*) AS files, sum(size_bytes) AS size_bytes FROM old_file GROUP BY dataset_id) AS gone
    WHERE item_id = gone.dataset_id;
  ELSE
    UPDATE dataset SET size_bytes = dataset.size_bytes + changed.size_bytes
    FROM (
      SELECT dataset_id, sum(size_bytes) AS size_bytes
      FROM (
        SELECT dataset_id, size_bytes FROM new_file UNION ALL SELECT dataset_id, -size_bytes FROM old_file
      ) AS file
      GROUP BY dataset_id
    ) AS changed
    WHERE item_id = changed.dataset_id AND changed.size_bytes <> 0;
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER "file_inserted" AFTER INSERT ON "file"
  REFERENCING NEW TABLE AS new_file FOR EACH STATEMENT EXECUTE FUNCTION sum_files();
CREATE TRIGGER "file_updated" AFTER UPDATE ON "file"
  REFERENCING OLD TABLE AS old_file NEW TABLE AS new_file FOR EACH STATEMENT EXECUTE FUNCTION sum_files();
CREATE TRIGGER "file_deleted" AFTER DELETE ON "file"
  REFERENCING OLD TABLE AS old_file FOR EACH STATEMENT EXECUTE FUNCTION sum_files();

CREATE TABLE "dataset_tally" (
    "id" BIGSERIAL NOT NULL,
    "project_id" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "stage" TEXT,
    "host" TEXT,
    "count" INTEGER NOT NULL,

    CONSTRAINT "dataset_tally_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "dataset_tally_project_id_idx" ON "dataset_tally"("project_id");

INSERT INTO "dataset_tally" ("project_id", "state", "stage", "host", "count")
SELECT "project_id", "state", "stage", "host", count(*) FROM "dataset" GROUP BY 1, 2, 3, 4;

-- Adds what a statement changed. Rows are only added, so that those who change datasets of one project don't wait for
-- each other; one in fifty folds the rows of the projects that it changed, unless somebody does so already.
CREATE FUNCTION tally_datasets() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  projects integer[];
BEGIN
  IF TG_OP = 'INSERT' THEN
    WITH added AS (
      INSERT INTO dataset_tally (project_id, state, stage, host, count)
      SELECT project_id, state, stage, host, count(*) FROM new_dataset GROUP BY 1, 2, 3, 4
      RETURNING project_id
    )
    SELECT array_agg(DISTINCT project_id) INTO projects FROM added;
  ELSIF TG_OP = 'DELETE' THEN
    -- A project that goes has its datasets go.
    WITH added AS (
      INSERT INTO dataset_tally (project_id, state, stage, host, count)
      SELECT project_id, state, stage, host, -count(*) FROM old_dataset
      WHERE EXISTS (SELECT FROM project WHERE project.item_id = old_dataset.project_id)
      GROUP BY 1, 2, 3, 4
      RETURNING project_id
    )
    SELECT array_agg(DISTINCT project_id) INTO projects FROM added;
  ELSE
    WITH added AS (
      INSERT INTO dataset_tally (project_id, state, stage, host, count)
      SELECT project_id, state, stage, host, sum(change)
      FROM (
        SELECT project_id, state, stage, host, 1 AS change FROM new_dataset
        UNION ALL
        SELECT project_id, state, stage, host, -1 FROM old_dataset
      ) AS changed
      GROUP BY 1, 2, 3, 4
      HAVING sum(change) <> 0
      RETURNING project_id
    )
    SELECT array_agg(DISTINCT project_id) INTO projects FROM added;
  END IF;
  IF projects IS NOT NULL AND random() < 0.02 AND pg_try_advisory_xact_lock(hashtext('crunch.tally')) THEN
    WITH folded AS (DELETE FROM dataset_tally WHERE project_id = ANY (projects) RETURNING *)
    INSERT INTO dataset_tally (project_id, state, stage, host, count)
    SELECT project_id, state, stage, host, sum(count) FROM folded GROUP BY 1, 2, 3, 4 HAVING sum(count) <> 0;
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER "dataset_inserted" AFTER INSERT ON "dataset"
  REFERENCING NEW TABLE AS new_dataset FOR EACH STATEMENT EXECUTE FUNCTION tally_datasets();
CREATE TRIGGER "dataset_changed" AFTER UPDATE ON "dataset"
  REFERENCING OLD TABLE AS old_dataset NEW TABLE AS new_dataset FOR EACH STATEMENT EXECUTE FUNCTION tally_datasets();
CREATE TRIGGER "dataset_deleted" AFTER DELETE ON "dataset"
  REFERENCING OLD TABLE AS old_dataset FOR EACH STATEMENT EXECUTE FUNCTION tally_datasets();

CREATE FUNCTION forget_tally() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM dataset_tally WHERE project_id IN (SELECT item_id FROM old_project);
  RETURN NULL;
END
$$;
CREATE TRIGGER "project_deleted" AFTER DELETE ON "project"
  REFERENCING OLD TABLE AS old_project FOR EACH STATEMENT EXECUTE FUNCTION forget_tally();
