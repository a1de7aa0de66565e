-- CreateTable
CREATE TABLE "run_output" (
    "run_id" UUID NOT NULL,
    "lease_number" INTEGER NOT NULL,
    "host" TEXT NOT NULL,
    "boot" TEXT NOT NULL,
    "received" INTEGER NOT NULL DEFAULT 0,
    "line_count" INTEGER NOT NULL DEFAULT 0,
    "stored_lines" INTEGER NOT NULL DEFAULT 0,
    "size_bytes" BIGINT NOT NULL DEFAULT 0,
    "transfer" JSONB,

    CONSTRAINT "run_output_pkey" PRIMARY KEY ("run_id")
);

-- CreateTable
CREATE TABLE "output_line" (
    "run_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "lease_number" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "stage" TEXT NOT NULL,
    "text" TEXT NOT NULL,

    CONSTRAINT "output_line_pkey" PRIMARY KEY ("run_id","number")
);

-- AddForeignKey
ALTER TABLE "run_output" ADD CONSTRAINT "run_output_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "output_line" ADD CONSTRAINT "output_line_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "run"("id") ON DELETE CASCADE ON UPDATE CASCADE;
