-- CreateTable
CREATE TABLE "lease_ticket" (
    "sha256" TEXT NOT NULL,
    "run_id" UUID NOT NULL,
    "lease_number" INTEGER NOT NULL,
    "host" TEXT NOT NULL,
    "boot" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "lease_ticket_pkey" PRIMARY KEY ("sha256")
);

-- CreateIndex
CREATE INDEX "lease_ticket_run_id_idx" ON "lease_ticket"("run_id");

-- CreateIndex
CREATE INDEX "lease_ticket_expires_at_idx" ON "lease_ticket"("expires_at");

-- AddForeignKey
ALTER TABLE "lease_ticket" ADD CONSTRAINT "lease_ticket_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Finds the folders below a folder, in whatever order the database puts texts otherwise.
CREATE INDEX "dataset_base_path_tree_idx" ON "dataset" ("base_path" COLLATE "C");
