-- The unique index is of the same column, which is compared as bytes: what lies below a folder is found by it too.
DROP INDEX "dataset_base_path_idx";
DROP INDEX "dataset_base_path_tree_idx";
