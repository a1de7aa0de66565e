-- AlterTable
ALTER TABLE "run" ADD COLUMN     "start_after" TIMESTAMPTZ(3);
