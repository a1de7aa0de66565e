-- AlterTable
ALTER TABLE "run" ADD COLUMN     "cancel_reason" TEXT,
ADD COLUMN     "cancel_sent_at" TIMESTAMPTZ(3),
ADD COLUMN     "cancelled_at" TIMESTAMPTZ(3),
ADD COLUMN     "cancelled_by" TEXT,
ADD COLUMN     "workspace_fate" TEXT;

ALTER TABLE "run"
  ADD CONSTRAINT "run_workspace_fate_check" CHECK ("workspace_fate" IN ('keep', 'remove')),
  ADD CONSTRAINT "run_cancelled_check" CHECK (
    ("cancelled_at" IS NULL) = ("cancelled_by" IS NULL) AND ("cancelled_at" IS NULL) = ("workspace_fate" IS NULL)
  );

-- Those of which Temporal has to be told.
CREATE INDEX "run_cancelled_idx" ON "run" ("cancelled_at")
  WHERE "cancelled_at" IS NOT NULL AND "cancel_sent_at" IS NULL AND "closed_at" IS NULL;
