-- CreateTable
CREATE TABLE "kept_folder" (
    "path" TEXT NOT NULL,
    "kept_by" TEXT NOT NULL,
    "kept_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "kept_folder_pkey" PRIMARY KEY ("path")
);

-- What Prisma's schema can't say: places are compared with those of datasets.
ALTER TABLE "kept_folder" ALTER COLUMN "path" TYPE TEXT COLLATE "C";
