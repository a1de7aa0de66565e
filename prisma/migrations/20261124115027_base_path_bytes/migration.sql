-- Paths are compared and sorted as bytes, whatever the database's own collation, so that what lies below a folder is
-- found by the index.
ALTER TABLE "dataset" ALTER COLUMN "base_path" TYPE TEXT COLLATE "C";
