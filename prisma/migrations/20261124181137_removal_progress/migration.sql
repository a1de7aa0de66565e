-- AlterTable
ALTER TABLE "storage_removal" ADD COLUMN     "left_behind" INTEGER NOT NULL DEFAULT 0;
