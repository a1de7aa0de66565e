-- AlterTable
ALTER TABLE "project" ADD COLUMN     "external_timeout_seconds" INTEGER;

-- AlterTable
ALTER TABLE "run" ADD COLUMN     "claimed_by" TEXT,
ADD COLUMN     "deadline_at" TIMESTAMPTZ(3),
ADD COLUMN     "kind" TEXT NOT NULL DEFAULT 'temporal',
ALTER COLUMN "revision_id" DROP NOT NULL;

ALTER TABLE "project"
  ADD CONSTRAINT "project_external_timeout_check" CHECK ("external_timeout_seconds" >= 1);

-- Temporal runs what the catalog knows; an external run has a client and an end of its patience while it is open.
ALTER TABLE "run"
  ADD CONSTRAINT "run_kind_check" CHECK ("kind" IN ('temporal', 'external', 'imported')),
  ADD CONSTRAINT "run_revision_check" CHECK ("kind" <> 'temporal' OR "revision_id" IS NOT NULL),
  ADD CONSTRAINT "run_external_check" CHECK (
    "kind" <> 'external' OR ("claimed_by" IS NOT NULL AND "deadline_at" IS NOT NULL)
  );

-- External clients that may fall silent.
CREATE INDEX "run_deadline_idx" ON "run" ("deadline_at") WHERE "kind" = 'external' AND "closed_at" IS NULL;

-- What external clients may be given, in the order in which they are.
CREATE INDEX "dataset_offer_idx" ON "dataset" ("priority", "item_id")
  WHERE "open_run_id" IS NULL AND "pinned_host" IS NULL AND ("state" = 'queued' OR ("state" = 'draft' AND NOT "held"));
CREATE INDEX "dataset_project_offer_idx" ON "dataset" ("project_id", "priority", "item_id")
  WHERE "open_run_id" IS NULL AND "pinned_host" IS NULL AND ("state" = 'queued' OR ("state" = 'draft' AND NOT "held"));
