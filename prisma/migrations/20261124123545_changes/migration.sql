-- DropForeignKey
ALTER TABLE "workflow_revision" DROP CONSTRAINT "workflow_revision_project_id_fkey";

-- AlterTable
ALTER TABLE "item" ADD COLUMN     "version" INTEGER NOT NULL DEFAULT 1;

-- AlterTable
ALTER TABLE "project" ADD COLUMN     "archived_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "workflow_revision" ALTER COLUMN "project_id" DROP NOT NULL;

-- AlterTable
ALTER TABLE "dataset" ADD COLUMN     "archived_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "dataset_tally" ADD COLUMN     "archived" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "old_slug" (
    "id" SERIAL NOT NULL,
    "parent_id" INTEGER,
    "part" TEXT NOT NULL,
    "item_id" INTEGER NOT NULL,
    "moved_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "old_slug_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "storage_removal" (
    "id" SERIAL NOT NULL,
    "prefix" TEXT NOT NULL,
    "requested_by" TEXT NOT NULL,
    "requested_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "failures" INTEGER NOT NULL DEFAULT 0,
    "last_error" TEXT,
    "due_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "storage_removal_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "answered_request" (
    "caller" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "request_sha256" TEXT NOT NULL,
    "result" JSONB NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "answered_request_pkey" PRIMARY KEY ("caller","key")
);

-- CreateIndex
CREATE INDEX "old_slug_item_id_idx" ON "old_slug"("item_id");

-- CreateIndex
CREATE UNIQUE INDEX "old_slug_parent_id_part_key" ON "old_slug"("parent_id", "part");

-- CreateIndex
CREATE UNIQUE INDEX "storage_removal_prefix_key" ON "storage_removal"("prefix");

-- CreateIndex
CREATE INDEX "storage_removal_due_at_idx" ON "storage_removal"("due_at");

-- CreateIndex
CREATE INDEX "answered_request_at_idx" ON "answered_request"("at");

-- AddForeignKey
ALTER TABLE "old_slug" ADD CONSTRAINT "old_slug_parent_id_fkey" FOREIGN KEY ("parent_id") REFERENCES "item"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "old_slug" ADD CONSTRAINT "old_slug_item_id_fkey" FOREIGN KEY ("item_id") REFERENCES "item"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "workflow_revision" ADD CONSTRAINT "workflow_revision_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("item_id") ON DELETE SET NULL ON UPDATE CASCADE;

-- What Prisma's schema can't say.

CREATE UNIQUE INDEX "old_slug_project_key" ON "old_slug" ("part") WHERE "parent_id" IS NULL;
ALTER TABLE "storage_removal" ALTER COLUMN "prefix" TYPE TEXT COLLATE "C";

-- The places below an item are few among its attributes.
CREATE INDEX "attribute_place_idx" ON "attribute" ("item_id", "id") WHERE "type" = 'lat-long';

-- An item's version counts up with each change of what people may edit, whoever makes it. What runs do to a dataset
-- doesn't count: who edits a description meanwhile has nothing to do with it.

CREATE FUNCTION raise_own_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW."version" := OLD."version" + 1;
  RETURN NEW;
END
$$;
CREATE TRIGGER "item_version" BEFORE UPDATE ON "item"
  FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION raise_own_version();

CREATE FUNCTION raise_version_of_item() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE "item" SET "version" = "version" + 1, "updated_at" = now() WHERE "id" = NEW."item_id";
  RETURN NULL;
END
$$;
CREATE TRIGGER "project_version" AFTER UPDATE ON "project"
  FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION raise_version_of_item();
CREATE TRIGGER "dataset_version"
  AFTER UPDATE OF "project_id", "base_path", "priority", "held", "archived_at" ON "dataset"
  FOR EACH ROW WHEN (
    (OLD."project_id", OLD."base_path", OLD."priority", OLD."held", OLD."archived_at")
      IS DISTINCT FROM (NEW."project_id", NEW."base_path", NEW."priority", NEW."held", NEW."archived_at")
  ) EXECUTE FUNCTION raise_version_of_item();

-- Once a statement, so that many attributes at once cost one more update for each of their items; none for those that
-- came in the same transaction as their attributes. An item's own trigger dates its dataset.
DROP TRIGGER "attribute_inserted" ON "attribute";
DROP TRIGGER "attribute_updated" ON "attribute";
DROP TRIGGER "attribute_deleted" ON "attribute";
DROP FUNCTION note_attribute_changes();
CREATE FUNCTION raise_versions_of_items() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE "item" SET "version" = "version" + 1, "updated_at" = now()
  WHERE "id" IN (SELECT "item_id" FROM changed) AND "created_at" < date_trunc('milliseconds', now());
  RETURN NULL;
END
$$;
CREATE TRIGGER "attribute_added" AFTER INSERT ON "attribute" REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION raise_versions_of_items();
CREATE TRIGGER "attribute_changed" AFTER UPDATE ON "attribute" REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION raise_versions_of_items();
CREATE TRIGGER "attribute_removed" AFTER DELETE ON "attribute" REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION raise_versions_of_items();

-- Lists and counts leave out what is archived.

-- Adds what a statement changed. Rows are only added, so that those who change datasets of one project don't wait for
-- each other; one in fifty folds the rows of the projects that it changed, unless somebody does so already.
CREATE OR REPLACE FUNCTION tally_datasets() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  projects integer[];
BEGIN
  IF TG_OP = 'INSERT' THEN
    WITH added AS (
      INSERT INTO dataset_tally (project_id, state, stage, host, archived, count)
      SELECT project_id, state, stage, host, archived_at IS NOT NULL, count(*) FROM new_dataset GROUP BY 1, 2, 3, 4, 5
      RETURNING project_id
    )
    SELECT array_agg(DISTINCT project_id) INTO projects FROM added;
  ELSIF TG_OP = 'DELETE' THEN
    -- A project that goes has its datasets go.
    WITH added AS (
      INSERT INTO dataset_tally (project_id, state, stage, host, archived, count)
      SELECT project_id, state, stage, host, archived_at IS NOT NULL, -count(*) FROM old_dataset
      WHERE EXISTS (SELECT FROM project WHERE project.item_id = old_dataset.project_id)
      GROUP BY 1, 2, 3, 4, 5
      RETURNING project_id
    )
    SELECT array_agg(DISTINCT project_id) INTO projects FROM added;
  ELSE
    WITH added AS (
      INSERT INTO dataset_tally (project_id, state, stage, host, archived, count)
      SELECT project_id, state, stage, host, archived, sum(change)
      FROM (
        SELECT project_id, state, stage, host, archived_at IS NOT NULL AS archived, 1 AS change FROM new_dataset
        UNION ALL
        SELECT project_id, state, stage, host, archived_at IS NOT NULL, -1 FROM old_dataset
      ) AS changed
      GROUP BY 1, 2, 3, 4, 5
      HAVING sum(change) <> 0
      RETURNING project_id
    )
    SELECT array_agg(DISTINCT project_id) INTO projects FROM added;
  END IF;
  IF projects IS NOT NULL AND random() < 0.02 AND pg_try_advisory_xact_lock(hashtext('crunch.tally')) THEN
    WITH folded AS (DELETE FROM dataset_tally WHERE project_id = ANY (projects) RETURNING *)
    INSERT INTO dataset_tally (project_id, state, stage, host, archived, count)
    SELECT project_id, state, stage, host, archived, sum(count) FROM folded GROUP BY 1, 2, 3, 4, 5 HAVING sum(count) <> 0;
  END IF;
  RETURN NULL;
END
$$;
