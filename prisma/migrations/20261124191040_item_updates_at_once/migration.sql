-- Once a statement: a project that gets another slug has all its datasets dated by one update, instead of one for each.
DROP TRIGGER "item_updated" ON "item";
DROP FUNCTION note_item_update();
CREATE FUNCTION note_item_updates() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM changed WHERE "kind" = 'dataset') THEN
    UPDATE "dataset" SET "updated_at" = now() WHERE "item_id" IN (SELECT "id" FROM changed WHERE "kind" = 'dataset');
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER "item_updated" AFTER UPDATE ON "item" REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION note_item_updates();
