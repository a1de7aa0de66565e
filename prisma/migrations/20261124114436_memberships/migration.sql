-- AlterTable
ALTER TABLE "project" ADD COLUMN     "public_logs" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "visibility" TEXT NOT NULL DEFAULT 'private';

-- CreateTable
CREATE TABLE "membership" (
    "project_id" INTEGER NOT NULL,
    "person_id" UUID NOT NULL,
    "role" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "membership_pkey" PRIMARY KEY ("project_id","person_id")
);

-- CreateIndex
CREATE INDEX "membership_person_id_idx" ON "membership"("person_id");

-- AddForeignKey
ALTER TABLE "membership" ADD CONSTRAINT "membership_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("item_id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "membership" ADD CONSTRAINT "membership_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "project"
  ADD CONSTRAINT "project_visibility_check" CHECK ("visibility" IN ('private', 'internal', 'public'));
ALTER TABLE "membership"
  ADD CONSTRAINT "membership_role_check" CHECK ("role" IN ('viewer', 'editor', 'operator', 'owner'));

-- Everybody with an account saw every project, and some operated all of them: it stays so.
UPDATE "project" SET "visibility" = 'internal';
INSERT INTO "membership" ("project_id", "person_id", "role")
SELECT "project"."item_id", "person"."id", 'operator' FROM "project", "person" WHERE "person"."role" = 'operate';
ALTER TABLE "person" DROP CONSTRAINT "person_role_check";
UPDATE "person" SET "role" = 'member' WHERE "role" IN ('read', 'operate');
ALTER TABLE "person" ADD CONSTRAINT "person_role_check" CHECK ("role" IN ('guest', 'member', 'admin'));
