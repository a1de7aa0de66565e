-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "item" (
    "id" SERIAL NOT NULL,
    "parent_id" INTEGER,
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "details" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "item_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "attribute" (
    "id" SERIAL NOT NULL,
    "item_id" INTEGER NOT NULL,
    "type" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "text" TEXT,
    "float" DOUBLE PRECISION,
    "integer" BIGINT,
    "boolean" BOOLEAN,
    "datetime" TIMESTAMPTZ(3),
    "date" DATE,
    "latitude" DECIMAL(12,9),
    "longitude" DECIMAL(12,9),

    CONSTRAINT "attribute_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "project" (
    "item_id" INTEGER NOT NULL,
    "pool" TEXT,
    "max_running" INTEGER,
    "weight" INTEGER NOT NULL DEFAULT 1,
    "paused" BOOLEAN NOT NULL DEFAULT false,
    "heartbeat_timeout_ms" INTEGER,
    "grace_ms" INTEGER,
    "kill_grace_ms" INTEGER,
    "free_bytes" BIGINT,
    "revision_id" INTEGER,

    CONSTRAINT "project_pkey" PRIMARY KEY ("item_id")
);

-- CreateTable
CREATE TABLE "workflow_revision" (
    "id" SERIAL NOT NULL,
    "project_id" INTEGER NOT NULL,
    "number" INTEGER NOT NULL,
    "engine" TEXT,
    "source" JSONB,
    "plan" JSONB,
    "parameters" JSONB NOT NULL DEFAULT '{}',
    "format" TEXT,
    "entry" TEXT,
    "content" BYTEA,
    "sha256" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_by" TEXT NOT NULL,

    CONSTRAINT "workflow_revision_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "dataset" (
    "item_id" INTEGER NOT NULL,
    "project_id" INTEGER NOT NULL,
    "base_path" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'draft',
    "stage" TEXT,
    "reason" TEXT,
    "priority" INTEGER NOT NULL DEFAULT 3,
    "held" BOOLEAN NOT NULL DEFAULT false,
    "pinned_host" TEXT,
    "host" TEXT,
    "queued_at" TIMESTAMPTZ(3),
    "open_run_id" UUID,
    "run_count" INTEGER NOT NULL DEFAULT 0,
    "lease_number" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "dataset_pkey" PRIMARY KEY ("item_id")
);

-- CreateTable
CREATE TABLE "run" (
    "id" UUID NOT NULL,
    "dataset_id" INTEGER NOT NULL,
    "number" INTEGER NOT NULL,
    "revision_id" INTEGER NOT NULL,
    "temporal_run_id" TEXT,
    "state" TEXT NOT NULL DEFAULT 'waiting',
    "routes" TEXT[],
    "plan" JSONB NOT NULL,
    "host" TEXT,
    "boot" TEXT,
    "lease_number" INTEGER NOT NULL DEFAULT 0,
    "host_losses" INTEGER NOT NULL DEFAULT 0,
    "failure_class" TEXT,
    "note" TEXT,
    "admitted_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" TIMESTAMPTZ(3),
    "closed_at" TIMESTAMPTZ(3),

    CONSTRAINT "run_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "status" (
    "id" SERIAL NOT NULL,
    "dataset_id" INTEGER NOT NULL,
    "run_id" UUID,
    "lease_number" INTEGER NOT NULL DEFAULT 0,
    "stage" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "note" TEXT NOT NULL DEFAULT '',
    "at" TIMESTAMPTZ(3) NOT NULL,
    "host" TEXT,
    "actor" TEXT,
    "agent_user" TEXT NOT NULL DEFAULT '',
    "version" TEXT NOT NULL DEFAULT '',
    "revision" TEXT NOT NULL DEFAULT '',
    "system" TEXT NOT NULL DEFAULT '',
    "system_release" TEXT NOT NULL DEFAULT '',
    "system_version" TEXT NOT NULL DEFAULT '',
    "machine" TEXT NOT NULL DEFAULT '',
    "hostname" TEXT NOT NULL DEFAULT '',
    "ip_address" TEXT NOT NULL DEFAULT '',
    "mac_address" TEXT NOT NULL DEFAULT '',
    "memory_total" BIGINT,
    "memory_free" BIGINT,
    "disk_total" BIGINT,
    "disk_free" BIGINT,

    CONSTRAINT "status_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "file" (
    "id" BIGSERIAL NOT NULL,
    "dataset_id" INTEGER NOT NULL,
    "path" TEXT NOT NULL,
    "size_bytes" BIGINT NOT NULL,
    "sha256" TEXT,
    "origin" TEXT NOT NULL,
    "original_sha256" TEXT,
    "run_id" UUID,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "file_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "host" (
    "id" SERIAL NOT NULL,
    "name" TEXT NOT NULL,
    "boot" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "protocol" INTEGER NOT NULL,
    "slots" INTEGER NOT NULL,
    "routes" TEXT[],
    "stages" TEXT[],
    "engines" TEXT[],
    "diagnostics" JSONB NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "silent_after_ms" INTEGER NOT NULL,
    "draining" BOOLEAN NOT NULL DEFAULT false,
    "left_at" TIMESTAMPTZ(3),

    CONSTRAINT "host_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "token" (
    "id" SERIAL NOT NULL,
    "name" TEXT NOT NULL,
    "prefix" TEXT NOT NULL,
    "sha256" TEXT NOT NULL,
    "scope" TEXT NOT NULL,
    "projects" TEXT[],
    "pools" TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_by" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "last_used_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "token_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_event" (
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "actor" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "detail" JSONB NOT NULL,

    CONSTRAINT "audit_event_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "item_slug_key" ON "item"("slug");

-- CreateIndex
CREATE INDEX "item_parent_id_id_idx" ON "item"("parent_id", "id");

-- CreateIndex
CREATE INDEX "attribute_item_id_id_idx" ON "attribute"("item_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "project_revision_id_key" ON "project"("revision_id");

-- CreateIndex
CREATE INDEX "workflow_revision_sha256_idx" ON "workflow_revision"("sha256");

-- CreateIndex
CREATE UNIQUE INDEX "workflow_revision_project_id_number_key" ON "workflow_revision"("project_id", "number");

-- CreateIndex
CREATE UNIQUE INDEX "dataset_base_path_key" ON "dataset"("base_path");

-- CreateIndex
CREATE UNIQUE INDEX "dataset_open_run_id_key" ON "dataset"("open_run_id");

-- CreateIndex
CREATE INDEX "dataset_project_id_state_item_id_idx" ON "dataset"("project_id", "state", "item_id");

-- CreateIndex
CREATE INDEX "dataset_project_id_item_id_idx" ON "dataset"("project_id", "item_id");

-- CreateIndex
CREATE INDEX "dataset_state_item_id_idx" ON "dataset"("state", "item_id");

-- CreateIndex
CREATE INDEX "run_revision_id_idx" ON "run"("revision_id");

-- CreateIndex
CREATE UNIQUE INDEX "run_dataset_id_number_key" ON "run"("dataset_id", "number");

-- CreateIndex
CREATE INDEX "status_dataset_id_id_idx" ON "status"("dataset_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "status_run_id_lease_number_stage_state_key" ON "status"("run_id", "lease_number", "stage", "state");

-- CreateIndex
CREATE UNIQUE INDEX "file_dataset_id_path_key" ON "file"("dataset_id", "path");

-- CreateIndex
CREATE UNIQUE INDEX "host_name_key" ON "host"("name");

-- CreateIndex
CREATE UNIQUE INDEX "token_sha256_key" ON "token"("sha256");

-- CreateIndex
CREATE INDEX "audit_event_subject_id_idx" ON "audit_event"("subject", "id");

-- AddForeignKey
ALTER TABLE "item" ADD CONSTRAINT "item_parent_id_fkey" FOREIGN KEY ("parent_id") REFERENCES "item"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "attribute" ADD CONSTRAINT "attribute_item_id_fkey" FOREIGN KEY ("item_id") REFERENCES "item"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "project" ADD CONSTRAINT "project_item_id_fkey" FOREIGN KEY ("item_id") REFERENCES "item"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "project" ADD CONSTRAINT "project_revision_id_fkey" FOREIGN KEY ("revision_id") REFERENCES "workflow_revision"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "workflow_revision" ADD CONSTRAINT "workflow_revision_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("item_id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "dataset" ADD CONSTRAINT "dataset_item_id_fkey" FOREIGN KEY ("item_id") REFERENCES "item"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "dataset" ADD CONSTRAINT "dataset_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("item_id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "dataset" ADD CONSTRAINT "dataset_open_run_id_fkey" FOREIGN KEY ("open_run_id") REFERENCES "run"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "run" ADD CONSTRAINT "run_dataset_id_fkey" FOREIGN KEY ("dataset_id") REFERENCES "dataset"("item_id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "run" ADD CONSTRAINT "run_revision_id_fkey" FOREIGN KEY ("revision_id") REFERENCES "workflow_revision"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "status" ADD CONSTRAINT "status_dataset_id_fkey" FOREIGN KEY ("dataset_id") REFERENCES "dataset"("item_id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "status" ADD CONSTRAINT "status_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "file" ADD CONSTRAINT "file_dataset_id_fkey" FOREIGN KEY ("dataset_id") REFERENCES "dataset"("item_id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What Prisma's schema can't say.

-- Slugs and paths are compared and sorted as bytes, whatever the database's own collation.
ALTER TABLE "item" ALTER COLUMN "slug" TYPE TEXT COLLATE "C";
ALTER TABLE "file" ALTER COLUMN "path" TYPE TEXT COLLATE "C";

ALTER TABLE "item"
  ADD CONSTRAINT "item_kind_check" CHECK ("kind" IN ('project', 'dataset', 'item')),
  ADD CONSTRAINT "item_parent_check" CHECK (("kind" = 'project') = ("parent_id" IS NULL)),
  ADD CONSTRAINT "item_slug_check" CHECK ("slug" ~ '^[a-z0-9_-]+(:[a-z0-9_-]+)*$');

ALTER TABLE "attribute"
  ADD CONSTRAINT "attribute_type_check" CHECK (
    CASE "type"
      WHEN 'char' THEN "text" IS NOT NULL AND length("text") <= 1023
      WHEN 'url' THEN "text" IS NOT NULL AND length("text") <= 1023
      WHEN 'float' THEN "float" IS NOT NULL
      WHEN 'integer' THEN "integer" IS NOT NULL
      WHEN 'filesize' THEN "integer" IS NOT NULL AND "integer" >= 0
      WHEN 'boolean' THEN "boolean" IS NOT NULL
      WHEN 'datetime' THEN "datetime" IS NOT NULL
      WHEN 'date' THEN "date" IS NOT NULL
      WHEN 'lat-long' THEN "latitude" BETWEEN -90 AND 90 AND "longitude" BETWEEN -180 AND 180
      ELSE FALSE
    END
  ),
  ADD CONSTRAINT "attribute_columns_check" CHECK (
    num_nonnulls("text", "float", "integer", "boolean", "datetime", "date", "latitude") = 1
    AND ("latitude" IS NULL) = ("longitude" IS NULL)
  );

ALTER TABLE "project"
  ADD CONSTRAINT "project_max_running_check" CHECK ("max_running" >= 1),
  ADD CONSTRAINT "project_weight_check" CHECK ("weight" >= 1),
  ADD CONSTRAINT "project_free_bytes_check" CHECK ("free_bytes" >= 0);

ALTER TABLE "workflow_revision"
  ADD CONSTRAINT "workflow_revision_engine_check" CHECK ("engine" IN ('script', 'snakemake')),
  ADD CONSTRAINT "workflow_revision_format_check" CHECK ("format" IN ('text', 'tar')),
  ADD CONSTRAINT "workflow_revision_sha256_check" CHECK ("sha256" ~ '^[0-9a-f]{64}$'),
  ADD CONSTRAINT "workflow_revision_content_check" CHECK (num_nulls("content", "format", "entry", "sha256") IN (0, 4));

ALTER TABLE "dataset"
  ADD CONSTRAINT "dataset_state_check" CHECK (
    "state" IN ('draft', 'queued', 'running', 'paused', 'completed', 'failed', 'cancelled')
  ),
  ADD CONSTRAINT "dataset_open_run_check" CHECK ("open_run_id" IS NULL OR "state" IN ('queued', 'running', 'paused')),
  ADD CONSTRAINT "dataset_priority_check" CHECK ("priority" BETWEEN 1 AND 5);

ALTER TABLE "run"
  ADD CONSTRAINT "run_state_check" CHECK ("state" IN ('waiting', 'running', 'completed', 'failed', 'cancelled')),
  ADD CONSTRAINT "run_closed_check" CHECK (("closed_at" IS NULL) = ("state" IN ('waiting', 'running'))),
  ADD CONSTRAINT "run_failure_class_check" CHECK (
    "failure_class" IN ('workflow', 'stage', 'host', 'storage', 'source', 'poison', 'cancelled', 'internal')
  );

ALTER TABLE "status"
  ADD CONSTRAINT "status_state_check" CHECK (
    "state" IN ('START', 'SUCCESS', 'FAIL', 'CANCELLED', 'LOST', 'ADOPTED', 'PAUSED', 'RESUMED', 'REPAIRED')
  );

ALTER TABLE "file"
  ADD CONSTRAINT "file_origin_check" CHECK ("origin" IN ('input', 'result', 'changed')),
  ADD CONSTRAINT "file_size_check" CHECK ("size_bytes" >= 0),
  ADD CONSTRAINT "file_sha256_check" CHECK ("sha256" ~ '^[0-9a-f]{64}$');

ALTER TABLE "host" ADD CONSTRAINT "host_slots_check" CHECK ("slots" >= 1);

ALTER TABLE "token"
  ADD CONSTRAINT "token_scope_check" CHECK ("scope" IN ('read', 'edit', 'operate', 'host', 'admin'));

-- What admission reads: the head of each project's queue.
CREATE INDEX "dataset_queue_idx" ON "dataset" ("project_id", "priority", "queued_at", "item_id")
  WHERE "state" = 'queued' AND "open_run_id" IS NULL;

-- Runs at work are few among all that ever were.
CREATE INDEX "run_open_idx" ON "run" ("state", "admitted_at") WHERE "closed_at" IS NULL;

-- The audit log only grows, whoever holds the connection.
CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'audit events are never changed or removed';
END
$$;
CREATE TRIGGER "audit_event_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "audit_event"
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
