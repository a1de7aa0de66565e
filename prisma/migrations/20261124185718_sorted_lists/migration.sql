-- Lists in the order of a name or a time are read from these, from any place on. A project's datasets are its item's children;
-- runs are of any project, and the last of a dataset is nearly always the one that is met.
CREATE INDEX "item_name_idx" ON "item" ("parent_id", "name", "id") WHERE "kind" = 'dataset';
CREATE INDEX "item_created_idx" ON "item" ("parent_id", "created_at", "id") WHERE "kind" = 'dataset';
CREATE INDEX "run_started_idx" ON "run" ("started_at", "dataset_id") WHERE "started_at" IS NOT NULL;
CREATE INDEX "run_closed_idx" ON "run" ("closed_at", "dataset_id") WHERE "closed_at" IS NOT NULL;
